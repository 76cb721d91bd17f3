import type { Compat } from '../admission/facts/compat.ts'
import type { TimeZone } from '../admission/facts/time-zone.ts'
import type { PoolOptions } from '../database/connections.ts'
import type { Environment } from '../lib/environment.ts'
import type { RedisAddress } from '../lib/redis/redis-address.ts'
import type { RouterSettings } from '../models/routing/router-settings.ts'
import type { ChargeSettings } from '../pricing/cost/price-call.ts'
import type { CustomLogger } from '../signals/callbacks/custom-logger.ts'
import type { CallbackApi } from '../signals/callbacks/generic-api.ts'
import type { Logger } from '../signals/log/logger.ts'
import type { ClientAbortOptions, Deployment, Json, KeyStore, PriceBook, Router, SpendSink } from '../types.ts'
import type { UsageReader } from '../usage/shapes/reader.ts'
import type { CacheOptions } from './cache.ts'
import type { RejectedModel } from './models/deployments.ts'
import type { SectionName, Settings } from './settings/read-settings.ts'

/** What the code reads: checked, complete, durations in milliseconds, grouped by the part that uses it. */
export interface ResolvedOptions {
  readonly masterKey?: string
  readonly database: DatabaseSettings
  readonly keyCache: { readonly max: number; readonly ttlMs: number; readonly staleIfErrorMs: number }
  readonly spend: SpendOptions
  /** Absent unless it was chosen. */
  readonly durability?: 'memory' | 'journal' | 'sync'
  readonly journal: JournalSettings
  /** The Redis through which several processes write their rows. */
  readonly spendBuffer?: RedisAddress
  /** Not there when log rows are kept for ever. */
  readonly retention?: { readonly ageMs: number; readonly intervalMs: number }
  readonly deployments: readonly Deployment[]
  /** The entries of the `model_list`, in the order of `deployments`. Empty when those come from the environment. */
  readonly modelList: readonly unknown[]
  /** Entries of the `model_list` that are not served. */
  readonly rejectedModels: readonly RejectedModel[]
  /** File or URL of a price list. */
  readonly modelCostMap?: string
  /** Directory for copies of it. */
  readonly modelCostMapCache: string
  /** How calls are charged, beyond the prices themselves. */
  readonly pricing: ChargeSettings
  readonly maxBodyBytes: number
  readonly maxHeldBodyBytes: number
  /** Longest wait for the headers of a request, where the server is ours. */
  readonly headersTimeoutMs: number
  readonly bodyTimeoutMs: number
  /** Longest wait for the head of an upstream answer. */
  readonly upstreamTimeoutMs: number
  /** Processes that hold budgets and limits together with this one, itself among them. */
  readonly workers: number
  readonly reserve?: 'memory' | 'postgres' | 'off'
  /** How much of its budgets a call reserves. */
  readonly reserveCost: 'expected' | 'greatest'
  /** How long a call waits for running calls to release what they have reserved. */
  readonly reserveWaitMs: number
  /** Absent unless it was chosen. */
  readonly limitStore?: 'memory' | 'redis' | 'postgres'
  /** Whether calls with limits pass while the store of rate limits fails. */
  readonly passOnStoreError: boolean
  readonly mode: 'enforce' | 'report'
  readonly compat: Compat
  /** By whose clock budgets are reset, and when. Not there: at midnight UTC, of weeks on Monday. */
  readonly timeZone?: TimeZone
  /** End users that are blocked by name. */
  readonly blockedEndUsers?: ReadonlySet<string>
  /** Absent: the gateway says nothing of other origins. */
  readonly cors?: { readonly origins: readonly string[]; readonly credentials: boolean }
  /** Whether answered calls have a log line. */
  readonly accessLog: boolean
  readonly clientAbort: ClientAbortOptions
  readonly shutdown: ShutdownSettings
  /** LiteLLM's Redis, which processes share. Not there when none is named. */
  readonly redis?: RedisAddress
  /** The response cache. Absent: every call is made. */
  readonly cache?: CacheOptions
  /** That of the router, which may have one of its own. */
  readonly routerRedis?: RedisAddress
  readonly routing: RouterSettings
  /** LiteLLM's sections of the config. */
  readonly settings: Settings
  /** The sections of settings as the file alone has them, without what the database has. */
  readonly fileSettings: Readonly<Record<SectionName, Json>>
  /** What was read otherwise than it was written, in sentences. */
  readonly warnings: readonly string[]
  /** Keys of the config that LiteLLM knows and this gateway does not act on: `router_settings.fallbacks`. */
  readonly ignored: readonly string[]
  /** Addresses of the operator's own that callbacks may name. */
  readonly callbackApis: ReadonlyMap<string, CallbackApi>
  /** Where relative paths begin. */
  readonly cwd: string
  /** The environment with the config's `environment_variables` on top. Holds secrets. */
  readonly env: Environment
  readonly parts: Parts
}

export interface DatabaseSettings extends PoolOptions {
  readonly enabled: boolean
  readonly isRequired: boolean
  /** Present whenever `enabled` is true. */
  readonly url?: string
}

export interface SpendOptions {
  readonly queueSize: number
  readonly batchSize: number
  readonly flushIntervalMs: number
  readonly retryAttempts: number
  readonly retryDelayMs: number
  /** Whether log rows are written, besides totals and daily rows. */
  readonly rows: boolean
  /** The service that keeps log rows in place of the database. */
  readonly url?: string
  /** Not there when prompts are not kept. */
  readonly prompts?: { readonly maxLength: number }
  /** Nothing about spend is written. */
  readonly disabled: boolean
}

export interface ShutdownSettings {
  /** From the first sign to the moment at which calls are cut. */
  readonly graceMs: number
  /** How much of it new connections are still taken. */
  readonly drainDelayMs: number
}

export interface JournalSettings {
  readonly dir: string
  readonly fsync: 'always' | 'interval' | 'never'
  readonly maxBytes: number
  readonly onFull: 'block' | 'reject' | 'drop-newest'
}

/** What users brought themselves. */
export interface Parts {
  readonly logger?: Logger
  readonly keys?: KeyStore
  readonly router?: Router
  readonly prices?: PriceBook
  readonly sink?: SpendSink
  readonly callbacks?: readonly CustomLogger[]
  readonly readers?: readonly UsageReader[]
}

/** What has become of a configuration that was read again. */
export interface ReloadReport {
  /** Deployments of its `model_list`. */
  readonly models: number
  /** Entries of it that are not served, and why. */
  readonly rejectedModels: readonly string[]
  readonly warnings: readonly string[]
  /** Settings that have changed and act after a restart only: `general_settings.database_url`. */
  readonly needsRestart: readonly string[]
}
