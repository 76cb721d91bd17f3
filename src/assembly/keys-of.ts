import { type Admin, createAdmin } from '../admin/admin.ts'
import type { StoredModels } from '../admin/models/stored-models.ts'
import { hashSecret } from '../auth/hash-secret.ts'
import type { ResolvedOptions } from '../config/options.ts'
import { ConfigError, LiteLLMError } from '../errors.ts'
import type { GatewayEvents } from '../events.ts'
import type { Database } from '../litellm/database.ts'
import { type ForgettingKeys, listenForKeys } from '../litellm/key-notices.ts'
import { createKeyStore } from '../litellm/key-store.ts'
import type { KeyStore, Router } from '../types.ts'
import { adminSettingsOf } from './admin-settings-of.ts'

export interface Keys {
  readonly store: KeyStore
  readonly admin: Admin | undefined
  /** Forgets every key that is in memory, and every end user and tag. */
  forget(): void
  close(): Promise<void>
}

interface KeysParts {
  readonly database: Database | undefined
  readonly events: GatewayEvents
  readonly router: Router
  /** Rows of end users and tags. */
  readonly facts: ForgettingKeys
  /** Models in the database, where they may be managed. */
  readonly stored: StoredModels | undefined
}

/** The keys in the database, their management, and word of what other processes change. */
export function keysOf(config: ResolvedOptions, { database, events, router, facts, stored }: KeysParts): Keys {
  if (!database) return { store: ONLY_MASTER, admin: undefined, forget: () => {}, close: async () => {} }
  const { sql, schema } = database
  const store = createKeyStore({ sql, schema, ...config.keyCache })
  /** What is told of keys may be about end users and tags just as well. */
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
  const admin = createAdmin({
    sql,
    schema,
    keys: known,
    masterKeyHash: config.masterKey === undefined ? undefined : hashSecret(config.masterKey),
    settings: {
      ...adminSettingsOf(config),
      modelGroups: () => router.modelGroups(),
      storedModels: stored,
    },
    events,
  })
  const hearing = database.listens ? listen() : deaf()
  return { store, admin, forget: known.clear, close: async () => void (await (await hearing)?.()) }

  /** Said once there may be listeners. */
  async function deaf() {
    const error = config.database.prepare ? new ConfigError(TOO_FEW) : undefined
    setImmediate(() => events.tell('keys:deaf', error ? { error } : {}))
    return undefined
  }

  /** A database that is away is waited for. */
  async function listen() {
    try {
      return await listenForKeys(sql, known, events)
    } catch (error) {
      events.tell('keys:deaf', { error })
      return undefined
    }
  }
}

const TOO_FEW = '`max_conns` leaves no connection to hear it on: 3 are enough'

/** Without a database only the master key is known. */
const ONLY_MASTER: KeyStore = { find: () => Promise.reject(new LiteLLMError('no_database')) }
