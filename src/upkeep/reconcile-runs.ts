import type { Sql } from 'postgres'
import type { TimeZone } from '../admission/facts/time-zone.ts'
import { reconcile } from './reconcile.ts'
import type { Difference } from './reconcile-counters.ts'

/** More differences are counted, and not kept. */
const MOST_KEPT = 100

/** One comparison of totals and daily tables with the log, under way or ended. Times are ISO. */
export interface ReconcileRun {
  readonly since: string | null
  readonly startedAt: string
  /** `null`: it is under way. */
  readonly endedAt: string | null
  readonly done: number
  readonly of: number
  /** What is compared now. */
  readonly step: string | null
  /** How many there are; `found` has the first of them. */
  readonly differences: number
  readonly found: readonly Difference[]
  /** What could not be compared, and why. */
  readonly skipped: readonly string[]
  /** It has failed. No words of PostgreSQL: they may quote values. */
  readonly failed: boolean
}

/** Comparisons that are asked for while the gateway runs: one at a time, and nothing is corrected. */
export interface ReconcileRuns {
  /** The last one, or the one under way. */
  last(): ReconcileRun | undefined
  /** Begins one, from this day on (YYYY-MM-DD). `false`: there is one under way. */
  start(since: string | undefined): boolean
  close(): Promise<void>
}

export interface ReconcileRunsOptions {
  readonly sql: Sql
  readonly settleMs: number
  readonly timeZone?: TimeZone
  onFault(error: unknown): void
}

export function createReconcileRuns({ sql, settleMs, timeZone, onFault }: ReconcileRunsOptions): ReconcileRuns {
  const stop = new AbortController()
  let run: ReconcileRun | undefined
  let running: Promise<void> | undefined

  return {
    last: () => run,
    start(since) {
      if (running || stop.signal.aborted) return false
      running = compare(since).finally(() => {
        running = undefined
      })
      return true
    },
    async close() {
      stop.abort()
      await running
    },
  }

  async function compare(since: string | undefined): Promise<void> {
    let now: ReconcileRun = {
      ...{ since: since ?? null, startedAt: new Date().toISOString(), endedAt: null },
      ...{ done: 0, of: 0, step: null, differences: 0, found: [], skipped: [], failed: false },
    }
    const change = (part: Partial<ReconcileRun>) => {
      now = { ...now, ...part }
      run = now
    }
    change({})
    try {
      const { skipped } = await reconcile({
        ...{ sql, since, timeZone, settleMs, fix: false, signal: stop.signal },
        onStep: ({ done, of, name }) => change({ done, of, step: name }),
        onDifference: (difference) =>
          change({
            differences: now.differences + 1,
            found: now.found.length < MOST_KEPT ? [...now.found, difference] : now.found,
          }),
      })
      change({ skipped, done: now.of })
    } catch (error) {
      onFault(error)
      change({ failed: true })
    }
    change({ endedAt: new Date().toISOString(), step: null })
  }
}
