import type { PendingQuery, Row, Sql } from 'postgres'
import { createTables } from '../../../database/sql/create-tables.ts'
import { withDeadline } from '../../../database/with-deadline.ts'
import type { RateStore } from '../rate-counters.ts'
import { addRate } from './sql/add-rate.ts'
import { deleteOldRates } from './sql/delete-old-rates.ts'
import { keepPlaces } from './sql/keep-places.ts'
import { leavePlaces } from './sql/leave-places.ts'
import { RATE_TABLES } from './sql/rate-tables.ts'
import { takePlace } from './sql/take-place.ts'

export interface PostgresRateStoreOptions {
  readonly sql: Sql
  /** A database that takes longer is away. Default 2000. */
  readonly timeoutMs?: number
  /** Default 60000. */
  readonly cleanEveryMs?: number
}

/** After a failure the database is asked again after this; until then everything rejects at once. */
const PAUSE_MS = 1_000

/**
 * Counters and places in tables of our own, shared by all processes on the database: one statement each, by the clock of
 * the server. While the database is away everything rejects, mostly at once.
 */
export function openPostgresRateStore({
  sql,
  timeoutMs = 2_000,
  cleanEveryMs = 60_000,
}: PostgresRateStoreOptions): RateStore {
  let created: Promise<void> | undefined
  let pauseUntil = Number.NEGATIVE_INFINITY
  const timer = setInterval(() => void ask(() => deleteOldRates(sql)).catch(() => {}), cleanEveryMs).unref()

  return {
    async add(counter, amount, windowMs) {
      const [{ count, resets_in_ms: ms }] = await ask(() => addRate(sql, counter, amount, windowMs))
      return { count, resetsInMs: Math.max(0, ms) }
    },
    async enter(place, limit, ttlMs) {
      const [{ used }] = await ask(() => takePlace(sql, place, limit, ttlMs))
      return used
    },
    async renew(places, ttlMs) {
      await ask(() => keepPlaces(sql, places, ttlMs))
    },
    async leave(places) {
      await ask(() => leavePlaces(sql, places))
    },
    async close() {
      clearInterval(timer)
    },
  }

  async function ask<T extends Row[]>(query: () => PendingQuery<T>) {
    if (performance.now() < pauseUntil) throw new Error('The database was away a moment ago')
    try {
      created ??= createTables(sql, { mark: 'rates', statements: RATE_TABLES })
      await created
      return await withDeadline(query(), timeoutMs)
    } catch (error) {
      created = undefined
      pauseUntil = performance.now() + PAUSE_MS
      throw error
    }
  }
}
