import { setTimeout as sleep } from 'node:timers/promises'
import type { Sql } from 'postgres'
import type { TimeZone } from '../admission/facts/time-zone.ts'
import { DAILIES, ENTITIES } from '../database/entities.ts'
import { readSchema, type Schema } from '../database/schema.ts'
import { type Comparison, type Difference, differingCounters, type Found } from './reconcile-counters.ts'
import { differingDays } from './reconcile-daily.ts'
import { findLogBounds, hasUnloggedCalls, type LogBounds } from './sql/find-log-bounds.ts'

export interface ReconcileOptions {
  readonly sql: Sql
  /** Days from this one on (YYYY-MM-DD, UTC), and totals with calls since then. Default: everything. */
  readonly since?: string
  readonly fix: boolean
  /** By whose clock budgets are reset. Default: UTC. */
  readonly timeZone?: TimeZone
  /**
   * A difference counts when it is the same after this time. LiteLLM itself writes log rows and totals apart, up to
   * 15 s; this gateway does not.
   */
  readonly settleMs: number
  /** Ends it early, between two rows. */
  readonly signal?: AbortSignal
  /** Where an earlier run was interrupted, as `onStep` told: what it had compared by then is left out. */
  readonly resumeAt?: string
  /** Before each step. `resumeAt` is where to go on after an interruption: a day, or `totals`. */
  onStep?(step: { readonly done: number; readonly of: number; readonly name: string; readonly resumeAt: string }): void
  onDifference(difference: Difference, fixed: boolean): void
}

export interface ReconcileReport {
  readonly differences: number
  readonly fixed: number
  /** Kinds of totals that could not be compared, and why. */
  readonly skipped: readonly string[]
  readonly stopped: boolean
}

/** Where to go on when all days are compared. */
export const TOTALS = 'totals'

/**
 * Compares daily tables and running totals with the log, day by day and table by table. With `fix` what differs is
 * corrected by adding the difference, so that it does not matter who writes at the same time.
 */
export async function reconcile(options: ReconcileOptions): Promise<ReconcileReport> {
  const { sql, onStep, onDifference, signal } = options
  if (await hasUnloggedCalls(sql))
    return nothing('everything: calls were charged without log rows (disable_spend_logs)')
  const schema = await readSchema(sql)
  const bounds = await findLogBounds(sql)
  if (!bounds) return nothing('everything: the log is empty')
  const { comparisons, skipped } = comparisonsOf(options, schema, bounds)
  let differences = 0
  let fixed = 0
  for (const [done, { name, resumeAt, compare }] of comparisons.entries()) {
    if (isBefore(resumeAt, options.resumeAt)) continue
    onStep?.({ done, of: comparisons.length, name, resumeAt })
    for (const found of await settled(compare, options)) {
      if (signal?.aborted) break
      const isFixed = options.fix && (await found.fix())
      for (const difference of found.differences) onDifference(difference, isFixed)
      differences += found.differences.length
      if (isFixed) fixed += found.differences.length
    }
    if (signal?.aborted) return { differences, fixed, skipped, stopped: true }
  }
  return { differences, fixed, skipped, stopped: false }
}

function nothing(why: string): ReconcileReport {
  return { differences: 0, fixed: 0, skipped: [why], stopped: false }
}

/** What differs, and still does by the same amount after a while. */
async function settled(
  compare: Comparison['compare'],
  { settleMs, signal }: Pick<ReconcileOptions, 'settleMs' | 'signal'>,
): Promise<readonly Found[]> {
  if (signal?.aborted) return []
  const first = await compare()
  if (first.length === 0 || settleMs === 0) return first
  // Interrupted, there is nothing to be said about these.
  if (await sleep(settleMs, false, { signal }).catch(() => true)) return []
  const seen = new Set(first.map(amountOf))
  return (await compare()).filter((found) => seen.has(amountOf(found)))
}

/** What tells a difference that has grown from one that has stayed. */
function amountOf({ differences }: Found): string {
  return JSON.stringify(
    differences.map(({ row, column, counted, logged }) => [row, column, (logged - counted).toPrecision(6)]),
  )
}

/** Of two days as YYYY-MM-DD. */
function later(day: string, other: string | null | undefined): string {
  return other && other > day ? other : day
}

function comparisonsOf({ sql, since, timeZone }: ReconcileOptions, schema: Schema, bounds: LogBounds) {
  const skipped: string[] = []
  const { first_logged, last_logged, first_counted, last_counted } = bounds
  const forgets = first_counted !== null && first_counted < first_logged
  // Rows of the first day may be gone already: it is complete from the next one on.
  const complete = forgets ? dayAfter(first_logged) : undefined
  const comparisons: Comparison[] = []
  const from = later(complete ?? first_logged, since)
  const to = later(last_logged, last_counted)
  for (let day = from; day <= to; day = dayAfter(day)) {
    for (const daily of DAILIES) {
      if (!schema.has(daily.table)) continue
      const compare = () => differingDays(sql, daily, schema, day)
      comparisons.push({ name: `${daily.table}, ${day}`, resumeAt: day, compare })
    }
  }
  for (const entity of ENTITIES) {
    if (!schema.get(entity.table)?.columns.has('spend')) continue
    const compare = () =>
      differingCounters(sql, entity, schema, { since, complete, timeZone, onSkip: (why) => skipped.push(why) })
    comparisons.push({ name: entity.table, resumeAt: TOTALS, compare })
  }
  return { comparisons, skipped }
}

/** Days come before the totals. */
function isBefore(step: string, resumeAt: string | undefined): boolean {
  if (resumeAt === undefined || step === TOTALS) return false
  return resumeAt === TOTALS || step < resumeAt
}

function dayAfter(day: string): string {
  return new Date(Date.parse(day) + 86_400_000).toISOString().slice(0, 10)
}
