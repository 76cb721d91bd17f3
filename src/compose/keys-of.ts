import type { Sql } from 'postgres'
import { type Admin, createAdmin } from '../admin/admin.ts'
import type { AdminDeps, AdminSettings, Configuration, KeyGeneration } from '../admin/admin-deps.ts'
import type { StoredModels } from '../admin/models/stored-models.ts'
import { fallbackKey, hashSecret } from '../admission/credential/credential.ts'
import type { ResolvedOptions } from '../config/options.ts'
import { readOwnRouter } from '../config/settings/own-router.ts'
import { type LitellmSettings, readSection, settingFields } from '../config/settings/read-settings.ts'
import type { Database } from '../database/database.ts'
import { ConfigError, isLiteLLMError, LiteLLMError } from '../errors.ts'
import type { GatewayEvents } from '../events.ts'
import { type ForgettingKeys, KeyNotices } from '../keys/key-notices.ts'
import { createKeyStore } from '../keys/key-store.ts'
import type { LiveRouter } from '../models/routing/live-router.ts'
import type { ColdStorage } from '../signals/cold-storage.ts'
import type { KeyStore, PriceBook, Router } from '../types.ts'
import { managerOf } from '../upkeep/migrate.ts'
import { findMigrations } from '../upkeep/sql/find-migrations.ts'
import { costOf } from './cost-of.ts'

export interface Keys {
  readonly store: KeyStore
  readonly admin: Admin | undefined
  /** What the management endpoints, and sign-in, work with. */
  readonly adminDeps: AdminDeps | undefined
  /** Forgets every key that is in memory, and every end user and tag. */
  forget(): void
  /** Takes what a new configuration says of what is created. */
  configure(config: ResolvedOptions): void
  close(): Promise<void>
}

interface KeysParts {
  readonly database: Database | undefined
  readonly events: GatewayEvents
  readonly router: Router
  readonly book: PriceBook
  /** Rows of end users and tags. */
  readonly facts: ForgettingKeys
  /** Models in the database, where they may be managed. */
  readonly stored: StoredModels | undefined
  readonly cold: ColdStorage | undefined
}

/** The keys in the database, their management, and word of what other processes change. */
export function keysOf(
  config: ResolvedOptions,
  { database, events, router, book, facts, stored, cold }: KeysParts,
): Keys {
  if (!database) return { ...WITHOUT_DATABASE, forget: () => {}, configure: () => {}, close: async () => {} }
  const { sql, schema } = database
  const store = createKeyStore({ sql, schema, ...config.keyCache })
  /** Notifications about keys may concern end users and tags too. */
  const known: ForgettingKeys = {
    forget(id) {
      store.forget(id)
      facts.forget(id)
    },
    clear() {
      store.clear()
      facts.clear()
    },
  }
  let { pricing } = config
  const deployments = () => (router as Partial<LiveRouter>).models?.().map(({ deployment }) => deployment)
  const settings: AdminSettings = {
    ...adminSettingsOf(config),
    modelGroups: () => router.modelGroups(),
    routing: {
      problemsOf: (settings) => readOwnRouter(settings).lines,
      deployments,
    },
    ownsTables: ownershipOf(sql),
    costOf: (asked) => costOf(asked, { book, settings: pricing, deployments }),
    storedModels: stored,
    readCold: cold?.read,
  }
  const adminDeps: AdminDeps = {
    sql,
    schema,
    keys: known,
    masterKeyHash: config.masterKey === undefined ? undefined : hashSecret(config.masterKey),
    settings,
    events,
  }
  const { openListener: open } = database
  const notices = open && new KeyNotices({ open, keys: known, events, timeoutMs: config.database.connectTimeoutMs })
  if (!notices) tellDeaf()
  return {
    store,
    admin: createAdmin(adminDeps),
    adminDeps,
    forget: known.clear,
    configure(next) {
      pricing = next.pricing
      Object.assign(settings, adminSettingsOf(next))
    },
    close: async () => void (await notices?.close()),
  }

  /** Said once there may be listeners. */
  function tellDeaf(): void {
    const error = config.database.prepare ? new ConfigError(TOO_FEW) : undefined
    setImmediate(() => events.tell('keys:deaf', error ? { error } : {}))
  }
}

const TOO_FEW = '`max_conns` leaves no connection to hear it on: 3 are enough'

/** Without a database only the master key is known. */
const ONLY_MASTER: KeyStore = { find: () => Promise.reject(new LiteLLMError('no_database')) }
const WITHOUT_DATABASE = { store: ONLY_MASTER, admin: undefined, adminDeps: undefined }

/** What LiteLLM's configuration and environment say about what is created. */
function adminSettingsOf({
  settings: { general, litellm },
  fileSettings,
  env,
  timeZone,
  compat,
}: ResolvedOptions): AdminSettings {
  return {
    defaultKeyParams: litellm.defaultKeyGenerateParams,
    upperboundKeyParams: litellm.upperboundKeyGenerateParams,
    keyGeneration: keyGenerationOf(litellm.keyGenerationSettings),
    defaultUserParams: litellm.defaultInternalUserParams,
    defaultTeamParams: litellm.defaultTeamParams,
    maxInternalUserBudget: litellm.maxInternalUserBudget,
    maxBudget: litellm.maxBudget,
    internalUserBudgetDuration: litellm.internalUserBudgetDuration,
    timeZone,
    trustChangedBy: compat === '1.83',
    storesAuditLogs: litellm.storeAuditLogs ?? flagOf(env.LITELLM_STORE_AUDIT_LOGS),
    rotationGracePeriod: env.LITELLM_KEY_ROTATION_GRACE_PERIOD,
    disableKeyName: /^true$/i.test(env.DISABLE_KEY_NAME ?? ''),
    passwordPolicy: {
      minLength: general.passwordPolicyMinLength,
      requireUppercase: general.passwordPolicyRequireUppercase,
      requireLowercase: general.passwordPolicyRequireLowercase,
      requireNumbers: general.passwordPolicyRequireNumbers,
      requireSpecial: general.passwordPolicyRequireSpecialCharacters,
    },
    configuration: configurationOf({ fileSettings, env }),
    secretBytes: bytesOf(env.LENGTH_OF_LITELLM_GENERATED_KEY),
  }
}

/** What the pages for settings show and may change. */
function configurationOf({ fileSettings, env }: Pick<ResolvedOptions, 'fileSettings' | 'env'>): Configuration {
  return {
    written: fileSettings,
    fields: {
      general_settings: settingFields('general_settings'),
      litellm_settings: settingFields('litellm_settings'),
      router_settings: settingFields('router_settings'),
    },
    problemsOf: (section, values) => readSection(section, values, []).lines,
    env,
  }
}

/** Whether the tables are this package's own. LiteLLM keeps a log of changes for its licensed users alone. */
function ownershipOf(sql: Sql): () => Promise<boolean> {
  let isOurs: Promise<boolean> | undefined
  return () => {
    isOurs ??= findMigrations(sql).then(
      (state) => managerOf(state) === 'express-litellm',
      () => {
        // Asked again at the next change. Until it is known, an entry too many is better than one too few.
        isOurs = undefined
        return true
      },
    )
    return isOurs
  }
}

function flagOf(text: string | undefined): boolean | undefined {
  const word = text?.trim().toLowerCase()
  return word === 'true' || word === 'false' ? word === 'true' : undefined
}

function keyGenerationOf(settings: LitellmSettings['keyGenerationSettings']): KeyGeneration | undefined {
  if (!settings) return undefined
  const { team_key_generation: team, personal_key_generation: personal } = settings
  return {
    team: team && { allowedRoles: team.allowed_team_member_roles, requiredParams: team.required_params },
    personal: personal && { allowedRoles: personal.allowed_user_roles, requiredParams: personal.required_params },
  }
}

/** Fewer could be guessed, and a header takes no more: such a length is not acted on. */
function bytesOf(text: string | undefined): number | undefined {
  const bytes = Number(text)
  return Number.isInteger(bytes) && bytes >= 16 && bytes <= 128 ? bytes : undefined
}

/** LiteLLM's `allow_requests_on_db_unavailable`: a key that cannot be looked up now is accepted. Off unless it is set. */
export function allowWhenDatabaseDown(store: KeyStore, allow = false): KeyStore {
  if (!allow) return store
  return {
    peek: (hashedToken) => store.peek?.(hashedToken),
    async find(hashedToken) {
      try {
        return await store.find(hashedToken)
      } catch (error) {
        if (isLiteLLMError(error) && error.code === 'key_store_unavailable') return fallbackKey(hashedToken)
        throw error
      }
    },
  }
}
