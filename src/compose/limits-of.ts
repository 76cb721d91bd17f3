import { LeaseBook } from '../admission/budgets/shared/lease-book.ts'
import { BatchRates } from '../admission/limits/batch-rates.ts'
import { MemoryRateCounters, type RateStore } from '../admission/limits/rate-counters.ts'
import { type RateLimitOptions, RateLimits } from '../admission/limits/rate-limits.ts'
import { openPostgresRateStore } from '../admission/limits/shared/postgres-rate-store.ts'
import { openRedisStore } from '../admission/limits/shared/redis-store.ts'
import { SharedPlaces } from '../admission/limits/shared/shared-places.ts'
import { SharedCounters, SharedStore } from '../admission/limits/shared/shared-store.ts'
import type { ResolvedOptions } from '../config/options.ts'
import type { Database } from '../database/database.ts'
import { ConfigError } from '../errors.ts'
import type { GatewayEvents } from '../events.ts'

export interface Limits {
  readonly limits: RateLimits
  readonly batches: BatchRates
  close(): Promise<void>
}

/** Where rates and running calls are counted: where `limitStore` says, else in LiteLLM's Redis, else in this process. */
export function limitsOf(config: ResolvedOptions, database: Database | undefined, events: GatewayEvents): Limits {
  const open = storeOf(config, database)
  const windowMs = windowOf(config.env.LITELLM_RATE_LIMIT_WINDOW_SIZE)
  if (!open) return { ...countedBy({ counters: new MemoryRateCounters(), windowMs }), close: async () => {} }
  const store = new SharedStore({ open, passOnStoreError: config.passOnStoreError, events })
  const places = new SharedPlaces({ store })
  return {
    ...countedBy({ counters: new SharedCounters(store), places, windowMs }),
    async close() {
      places.close()
      await store.close()
    },
  }
}

function countedBy(options: RateLimitOptions): Omit<Limits, 'close'> {
  return { limits: new RateLimits(options), batches: new BatchRates(options) }
}

/** LiteLLM's window, in seconds. What is no number of them leaves it at a minute. */
function windowOf(text: string | undefined): number | undefined {
  const seconds = Number(text)
  return Number.isInteger(seconds) && seconds > 0 ? seconds * 1_000 : undefined
}

/** How the shared store is opened; `undefined` when none is shared. */
function storeOf(config: ResolvedOptions, database: Database | undefined): (() => Promise<RateStore>) | undefined {
  const chosen = limitStoreOf(config, database !== undefined)
  const { redis } = config
  if (chosen === 'redis' && redis) return () => openRedisStore(redis)
  if (chosen === 'postgres' && database) return async () => openPostgresRateStore({ sql: database.sql })
  return undefined
}

/** Throws a ConfigError where what was chosen is not there. */
export function limitStoreOf(
  { limitStore, redis, workers }: ResolvedOptions,
  hasDatabase: boolean,
): NonNullable<ResolvedOptions['limitStore']> {
  if (limitStore === 'memory' && workers > 1) throw new ConfigError(aloneText('limitStore', workers))
  const chosen = limitStore ?? (redis ? 'redis' : sharedBy(workers, hasDatabase))
  if (chosen === 'redis' && !redis)
    throw new ConfigError('`limitStore: redis` needs a Redis: set REDIS_URL or REDIS_HOST.')
  if (chosen === 'postgres' && !hasDatabase)
    throw new ConfigError('`limitStore: postgres` needs a database: set `database_url`, or DATABASE_URL.')
  return chosen
}

/** Where budgets are reserved. Throws a ConfigError where several workers would reserve them each for itself. */
export function reserveOf(
  { reserve, workers }: Pick<ResolvedOptions, 'reserve' | 'workers'>,
  hasDatabase: boolean,
): NonNullable<ResolvedOptions['reserve']> {
  if (reserve === 'memory' && workers > 1) throw new ConfigError(aloneText('reserve', workers))
  return reserve ?? sharedBy(workers, hasDatabase)
}

/** Without a database there are no keys whose limits the workers could share. */
function sharedBy(workers: number, hasDatabase: boolean): 'postgres' | 'memory' {
  return workers > 1 && hasDatabase ? 'postgres' : 'memory'
}

function aloneText(option: 'limitStore' | 'reserve', workers: number): string {
  return (
    `\`${option}: memory\` holds limits within one process, and there are ${workers} workers: each would allow them ` +
    `again. Leave \`${option}\` out, or set it to \`postgres\`.`
  )
}

/** The budgets that all processes on the database hold together, where `reserve: postgres` asks for them. */
export function leasesOf(
  { reserve, workers, settings, spend, retention }: ResolvedOptions,
  database: Database | undefined,
  events: GatewayEvents,
): LeaseBook | undefined {
  const chosen = reserveOf({ reserve, workers }, database !== undefined)
  if (chosen !== 'postgres' || !database || settings.general.disableBudgetReservation) return undefined
  return new LeaseBook({ sql: database.sql, events, logComplete: spend.rows && !spend.disabled && !retention })
}
