import type { StoredModels } from '../admin/models/stored-models.ts'
import { mayKeyCall } from '../admission/may-key-call.ts'
import { resolveModelAlias } from '../admission/models/model-access.ts'
import { deploymentOf } from '../config/models/deployments.ts'
import type { ResolvedOptions } from '../config/options.ts'
import { storedRoutingOf } from '../config/routing.ts'
import { readOwnRouter } from '../config/settings/own-router.ts'
import type { Database } from '../database/database.ts'
import { ConfigError } from '../errors.ts'
import type { GatewayEvents } from '../events.ts'
import { memoize } from '../lib/memoize.ts'
import { providerOf } from '../models/providers/providers.ts'
import { createLiveRouter, type LiveRouter, type RouterPlan } from '../models/routing/live-router.ts'
import { createMemoryState, type RouterState } from '../models/routing/memory-state.ts'
import { modelsOf as configuredModels, type Model } from '../models/routing/model.ts'
import { createModelCatalog, type RoutedCatalog } from '../models/routing/model-catalog.ts'
import { createOwnSettings } from '../models/routing/own-settings.ts'
import type { RouterOptions } from '../models/routing/router.ts'
import { openRedisExchange } from '../models/routing/shared/redis-exchange.ts'
import { SharedState } from '../models/routing/shared/shared-state.ts'
import { type ConfigOverrides, storedModelSettings } from '../models/stored/config-table.ts'
import { createModelSeal, openTexts } from '../models/stored/model-seal.ts'
import { type Configured, createModelSource, type ModelSource } from '../models/stored/model-source.ts'
import { openParams } from '../models/stored/model-table-params.ts'
import { createSecretBox, type SecretBox } from '../models/stored/secret-box.ts'
import { probeOf, sendProbe } from '../upstream/health/health-probe.ts'
import type { Upstream } from '../upstream/upstream.ts'
import type { LiveSettings } from './reload.ts'

const PROBE_TIMEOUT_MS = 30_000

export interface Routing {
  readonly router: LiveRouter
  readonly catalog: RoutedCatalog
  readonly stored: Models['stored']
  /** Takes models and router settings of a new configuration. */
  configure(config: ResolvedOptions): void
}

/** The router of the configured models and those in the database, and what is known about them. Not started yet. */
export function routingOf(
  config: ResolvedOptions,
  parts: {
    database: Database | undefined
    events: GatewayEvents
    state: RouterState
    upstream: Upstream
    live: LiveSettings
    onOverrides: (overrides: ConfigOverrides) => Promise<void>
  },
): Routing {
  const { events, live } = parts
  const { router, stored, configure } = modelsOf(config, {
    ...parts,
    ownSettings: createOwnSettings({
      read: readOwnRouter,
      onReject: (owner, id, problem) => events.tell('settings:reject', { owner, id, problem }),
    }),
    mayCall: (key, group) => key === undefined || mayKeyCall(key, group, catalog, live.checks),
    meantBy: (key, name) => (key ? resolveModelAlias(key, name) : name),
  })
  const catalog = createModelCatalog({ ...router, qualifiedName })
  return { router, catalog, stored, configure }
}

/** By its name alone, as LiteLLM knows it: "gpt-4o" is "openai/gpt-4o" wherever it is deployed. */
const qualifiedName = memoize((model) => {
  const provider = providerOf(model, {})
  return provider && `${provider.name}/${provider.model}`
})

interface State {
  readonly state: RouterState
  close(): Promise<void>
}

/** What the router remembers: shared through Redis when one is configured, else this process's own. */
export function stateOf({ routerRedis: redis }: ResolvedOptions, events: GatewayEvents): State {
  if (!redis) return { state: createMemoryState(), close: async () => {} }
  const state = new SharedState({ open: () => openRedisExchange(redis), events })
  return { state, close: () => state.close() }
}

interface ModelsParts {
  readonly onOverrides?: (overrides: ConfigOverrides) => Promise<void>
  readonly database: Database | undefined
  readonly events: GatewayEvents
  /** A request, and a key, may only bring fallbacks that the key may call. */
  readonly mayCall: NonNullable<RouterOptions['mayCall']>
  readonly meantBy?: RouterOptions['meantBy']
  readonly ownSettings?: RouterOptions['ownSettings']
  readonly state: RouterState
  readonly upstream: Upstream
}

interface Models {
  readonly router: LiveRouter
  /** `undefined` when models are not kept in the database. */
  readonly stored: StoredModels | undefined
  configure(config: ResolvedOptions): void
}

/** The configuration's models, and the database's where it may have some. Not started yet. */
export function modelsOf(
  config: ResolvedOptions,
  { database, events, mayCall, meantBy, ownSettings, state, upstream, onOverrides }: ModelsParts,
): Models {
  const { env } = config
  const settings = storedModelSettings(config.settings.general, env)
  const plan = planOf(config)
  const probe = (model: Model) => statusOf(model, upstream)
  const common = { intervalMs: settings.intervalMs, events, mayCall, meantBy, ownSettings, state, probe }
  if (!database || !settings.enabled) {
    const router = createLiveRouter({ plan, ...common })
    return { router, stored: undefined, configure: (next) => router.configure(planOf(next)) }
  }
  const box = boxOf(config)
  const source = createModelSource({
    sql: database.sql,
    schema: database.schema,
    box,
    events,
    readModels: settings.models,
    ...configuredOf(config),
    onOverrides,
    toDeployment: (entry, variables) => deploymentOf(entry, variables),
  })
  const router = createLiveRouter({ plan, load: source.load, ...common })
  return {
    router,
    stored: box && storedOf(database, box, settings.algorithm, { source, router, config }),
    configure(next) {
      router.configure(source.configure(configuredOf(next)))
      // Rows that are read by variables of the configuration are read once more.
      router.reload().catch((error: unknown) => events.tell('models:stale', { error }))
    },
  }
}

function planOf({ deployments, modelList, routing }: ResolvedOptions): RouterPlan {
  return { models: configuredModels(deployments, modelList), settings: routing }
}

function configuredOf(config: ResolvedOptions): Configured {
  return {
    configured: planOf(config).models,
    env: config.env,
    toSettings: (overrides, variables) => storedRoutingOf(config, overrides, variables),
  }
}

function storedOf(
  { sql }: Database,
  box: SecretBox,
  algorithm: Parameters<typeof createModelSeal>[2],
  { source, router, config }: { source: ModelSource; router: LiveRouter; config: ResolvedOptions },
): StoredModels {
  return {
    seal: createModelSeal(sql, box, algorithm),
    open: (params) => openTexts(params, box),
    check(entry) {
      const opened = openParams(entry.litellm_params, undefined, config.env)
      if ('problem' in opened) throw new ConfigError(`litellm_params${opened.problem}`)
      // What a credential will fill in cannot be missed yet.
      if (opened.params.litellm_credential_name === undefined) {
        deploymentOf({ ...entry, litellm_params: opened.params }, config.env)
      }
    },
    async changed(deleted) {
      if (deleted !== undefined) source.forget(deleted)
      await router.reload()
    },
  }
}

/** LiteLLM's salt key, or its master key when there is none. */
export function boxOf({ env, masterKey }: Pick<ResolvedOptions, 'env' | 'masterKey'>): SecretBox | undefined {
  const salt = env.LITELLM_SALT_KEY || masterKey
  return salt ? createSecretBox([salt]) : undefined
}

async function statusOf(model: Model, upstream: Upstream): Promise<number | undefined> {
  const request = probeOf(model, PROBE_TIMEOUT_MS)
  return request && (await sendProbe(model, request, upstream, PROBE_TIMEOUT_MS)).status
}
