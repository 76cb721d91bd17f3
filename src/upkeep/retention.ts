import type { Sql } from 'postgres'
import { deleteOldSpendLogs } from './sql/delete-old-spend-logs.ts'

export interface RetentionOptions {
  readonly sql: Sql
  readonly ageMs: number
  /** Time between two clean-ups. */
  readonly intervalMs: number
  onFault(error: unknown): void
  /** Rows per statement. Default: 1,000, as in LiteLLM. */
  readonly batchSize?: number
}

/** A process that has just started has better things to do. */
const FIRST_MS = 30_000
const MAX_BATCHES = 500

/**
 * Deletes log rows older than `ageMs`, now and then, in small batches, one process at a time. Daily tables and totals
 * stay. A clean-up that fails ends, and is told; the next one goes on.
 */
export function createRetention(options: RetentionOptions): { stop(): void } {
  const { intervalMs, onFault } = options
  let stopped = false
  let timer = setTimeout(run, Math.min(FIRST_MS, intervalMs)).unref()

  function run() {
    deleteExpired(options, () => stopped)
      .catch(onFault)
      .finally(() => {
        if (!stopped) timer = setTimeout(run, intervalMs).unref()
      })
  }

  return {
    stop() {
      stopped = true
      clearTimeout(timer)
    },
  }
}

/** One clean-up. Resolves with the number of rows deleted; ends early when another process is at it. */
export async function deleteExpired(
  { sql, ageMs, batchSize = 1_000 }: Pick<RetentionOptions, 'sql' | 'ageMs' | 'batchSize'>,
  isStopped: () => boolean = () => false,
): Promise<number> {
  const before = new Date(Date.now() - ageMs)
  let total = 0
  for (let batch = 0; batch < MAX_BATCHES && !isStopped(); batch++) {
    const { mine, deleted } = await deleteOldSpendLogs(sql, before, batchSize)
    total += deleted
    if (!mine || deleted < batchSize) break
  }
  return total
}
