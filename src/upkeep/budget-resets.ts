import type { Sql } from 'postgres'
import { nextReset } from '../admission/facts/budget-duration.ts'
import { type TimeZone, ZonedDate } from '../admission/facts/time-zone.ts'
import { KEY_CHANNEL } from '../database/changes.ts'
import { date, json, jsonArray, text } from '../database/json-column.ts'
import type { Schema } from '../database/schema.ts'
import { withDeadline } from '../database/with-deadline.ts'
import type { GatewayEvents } from '../events.ts'
import type { SchemaSource } from '../keys/key-lookup.ts'
import { type DueBudget, listDueBudgets, ROUND } from './sql/list-due-budgets.ts'
import { hasWindows, listWindows, PAGE, WINDOW_OWNERS, type WindowOwners, type WindowsRow } from './sql/list-windows.ts'
import { type Reset, resetBudgets } from './sql/reset-budgets.ts'
import { resetWindows, type WindowReset } from './sql/reset-windows.ts'

export interface BudgetResetsOptions {
  readonly sql: Sql
  readonly schema: SchemaSource
  readonly events: GatewayEvents
  /** Forgets keys whose rows say what was spent before. */
  readonly forget: () => void
  readonly intervalMs?: number
  readonly timeoutMs?: number
  readonly clock?: () => Date
  /** By whose clock days begin. Default: UTC. */
  readonly timeZone?: TimeZone
}

/**
 * What was reset, by kind. A `budget` takes its end users, members, keys, organizations and tags with it; a `window` is
 * one of those that keys and teams have beside their budget.
 */
export type ResetCounts = Readonly<Record<DueBudget['kind'] | 'window', number>>

const NONE: ResetCounts = { key: 0, user: 0, team: 0, budget: 0, window: 0 }
const EVERY_MS = 60_000
const DEADLINE_MS = 30_000

/**
 * Resets budgets when they are due, by LiteLLM's calendar. One process at a time does it, and what LiteLLM's
 * own job has reset is not reset again. What cannot be done now is tried again in the next round.
 */
export class BudgetResets {
  readonly #options: BudgetResetsOptions
  readonly #timer: NodeJS.Timeout
  #running: Promise<unknown> | undefined

  constructor(options: BudgetResetsOptions) {
    this.#options = options
    this.#timer = setInterval(() => this.#tick(), options.intervalMs ?? EVERY_MS).unref()
  }

  /** Resets what is due now, and says how much that was. */
  async run(): Promise<ResetCounts> {
    let total = NONE
    for (;;) {
      const due = await this.#due()
      if (due.length === 0) break
      const counts = await this.#reset(due)
      total = sum(total, counts)
      // Nothing done means that somebody else is at it.
      if (size(counts) === 0 || due.length < ROUND) break
    }
    total = { ...total, window: await this.#resetWindows() }
    if (size(total) > 0) await this.#tell(total)
    return total
  }

  async close(): Promise<void> {
    clearInterval(this.#timer)
    await this.#running
  }

  #tick(): void {
    this.#running ??= this.run()
      .catch((error: unknown) => this.#options.events.tell('budget:reset-failed', { error }))
      .finally(() => {
        this.#running = undefined
      })
  }

  async #due(): Promise<readonly DueBudget[]> {
    const { sql, schema, timeoutMs = DEADLINE_MS } = this.#options
    const query = listDueBudgets(sql, await schema())
    if (query === undefined) return []
    const rows = await withDeadline(query, timeoutMs)
    return rows as unknown as readonly DueBudget[]
  }

  async #reset(due: readonly DueBudget[]): Promise<ResetCounts> {
    const { sql, schema, timeZone, timeoutMs = DEADLINE_MS, clock = () => new Date() } = this.#options
    const now = clock()
    const resets: Reset[] = due.map((one) => ({ ...one, next: nextTime(one, now, timeZone).toISOString() }))
    const rows = await withDeadline(resetBudgets(sql, await schema(), resets), timeoutMs)
    return { ...NONE, ...Object.fromEntries(rows.map(({ kind, count }) => [kind, Number(count)])) }
  }

  async #resetWindows(): Promise<number> {
    const { sql, schema, timeZone, timeoutMs = DEADLINE_MS, clock = () => new Date() } = this.#options
    return await resetDueWindows({ sql, schema: await schema(), now: new ZonedDate(clock(), timeZone), timeoutMs })
  }

  async #tell(counts: ResetCounts): Promise<void> {
    const { sql, forget, events } = this.#options
    forget()
    // Who does not hear it forgets after the time to live of its cache.
    await sql.notify(KEY_CHANNEL, '*').catch(() => {})
    events.tell('budget:reset', counts)
  }
}

/** Never the time that has just passed: the clock of this machine may be behind the server's. */
function nextTime({ duration, was }: DueBudget, now: Date, zone?: TimeZone): Date {
  const passed = new Date(was === null ? 0 : `${was.replace(' ', 'T')}Z`)
  return nextReset(duration, new ZonedDate(passed > now ? passed : now, zone))
}

function sum(left: ResetCounts, right: ResetCounts): ResetCounts {
  const kinds = Object.keys(left) as (keyof ResetCounts)[]
  return Object.fromEntries(kinds.map((kind) => [kind, left[kind] + right[kind]])) as unknown as ResetCounts
}

function size(counts: ResetCounts): number {
  return Object.values(counts).reduce((all, count) => all + count, 0)
}

interface WindowResetsOptions {
  readonly sql: Sql
  readonly schema: Schema
  /** Days begin by its clock. */
  readonly now: ZonedDate
  readonly timeoutMs: number
}

/**
 * Gives budget windows that are over, or were never given an end, their next one; says how many. What is spent in a
 * window is counted from its begin, so nothing else is to be done.
 */
async function resetDueWindows(options: WindowResetsOptions): Promise<number> {
  let total = 0
  for (const owners of WINDOW_OWNERS) if (hasWindows(options.schema, owners)) total += await resetOf(owners, options)
  return total
}

async function resetOf(owners: WindowOwners, { sql, now, timeoutMs }: WindowResetsOptions): Promise<number> {
  let total = 0
  let after = ''
  for (;;) {
    const query = listWindows(sql, owners, after, now)
    const rows = (await withDeadline(query, timeoutMs)) as unknown as readonly WindowsRow[]
    const resets = rows.flatMap((row) => resetsOf(row, now))
    if (resets.length > 0) {
      const [{ count }] = await withDeadline(resetWindows(sql, owners, resets), timeoutMs)
      total += Number(count)
    }
    const last = rows.at(-1)
    if (!last || rows.length < PAGE) return total
    after = last.id
  }
}

function resetsOf({ id, was, windows }: WindowsRow, now: Date): readonly WindowReset[] {
  return jsonArray(windows).flatMap((entry, index) => {
    const { budget_duration, reset_at } = json(entry)
    const duration = text(budget_duration)
    const endsAt = date(reset_at)
    if (!duration || (endsAt && endsAt > now)) return []
    return [{ id, was, place: index + 1, next: nextReset(duration, now).toISOString() }]
  })
}
