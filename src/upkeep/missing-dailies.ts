import { setTimeout as sleep } from 'node:timers/promises'
import type { Sql } from 'postgres'
import { DAILIES, type Daily } from '../database/entities.ts'
import type { Schema } from '../database/schema.ts'
import { FIELD_END } from '../ledger/record/fields.ts'
import { fieldIndexOf } from '../ledger/record/row-line.ts'
import type { SpendRecord } from '../ledger/record/spend-record.ts'
import { isDifferent } from './reconcile-daily.ts'
import { compareDaily, type DailyDifference, sumsOf } from './sql/compare-daily.ts'
import { correctDaily } from './sql/correct-daily.ts'

export interface MissingDailiesOptions {
  readonly sql: Sql
  /** There are log rows to repair by. */
  readonly repairs: boolean
  /** How long after a table is back its days are compared a second time: LiteLLM writes log and daily rows apart. */
  readonly settleMs: number
  /** How often it is looked for tables that are missing. */
  readonly recheckMs: number
  /** Daily tables that were there are missing, or ones that every LiteLLM has: what is charged is not added to them. */
  onMissing?(tables: readonly string[]): void
  /** They are back, and their rows say what the log says again. `corrected` rows did not. */
  onRepaired?(tables: readonly string[], corrected: number): void
  onRepairFailed?(tables: readonly string[], error: unknown): void
}

/** Of a repair: after a failure, or where rows have changed between their comparison and their correction. */
const ATTEMPTS = 5
const RETRY_MS = 1_000
const STARTED = fieldIndexOf('startTime')
const DAY_MS = 86_400_000
/** Tables that every LiteLLM since 2025-05 has. Whether others should be there is not known before they have been. */
const ALWAYS: ReadonlySet<string> = new Set([
  'LiteLLM_DailyUserSpend',
  'LiteLLM_DailyTeamSpend',
  'LiteLLM_DailyTagSpend',
])

/**
 * Knows which daily tables are missing, because they are renamed or migrated, and brings their days up to the log when
 * they are back.
 */
export class MissingDailies {
  readonly #options: MissingDailiesOptions
  readonly #known = new Set<string>(ALWAYS)
  /** Of the tables that are missing, the days on which they may have become short. */
  readonly #days = new Map<Daily, Set<string>>()
  #checkedAt = 0

  constructor(options: MissingDailiesOptions) {
    this.#options = options
  }

  /** It is time to read the schema again: a missing table may be back. */
  isDue(now = Date.now()): boolean {
    return this.#days.size > 0 && now - this.#checkedAt >= this.#options.recheckMs
  }

  /** These were written without the tables that are missing. They may be of days long past: a journal is drained late. */
  wrote(records: readonly SpendRecord[]): void {
    const short = [...this.#days].filter(([{ table }]) => this.#known.has(table)).map(([, days]) => days)
    if (short.length === 0) return
    for (const { line } of records) {
      const [started = ''] = line.split(FIELD_END, STARTED + 1).slice(STARTED)
      for (const days of short) days.add(started.slice(0, 10))
    }
  }

  /** A statement is about to be used that writes the tables of this schema, and no others. */
  see(schema: Schema, now = Date.now()): void {
    this.#checkedAt = now
    const lost: string[] = []
    const back: Short = new Map()
    for (const daily of DAILIES) {
      const days = this.#days.get(daily)
      if (!schema.has(daily.table)) {
        if (days) continue
        // A call counts for the day on which it began, which may be the one before.
        this.#days.set(daily, new Set([dayOf(now - DAY_MS), dayOf(now)]))
        if (this.#known.has(daily.table)) lost.push(daily.table)
      } else {
        this.#known.add(daily.table)
        this.#days.delete(daily)
        if (days) back.set(daily, days.add(dayOf(now)))
      }
    }
    if (lost.length > 0) this.#options.onMissing?.(lost)
    if (back.size > 0) void this.#repair(schema, back)
  }

  /** Never rejects. What one attempt has corrected is no difference for the next, nor for another process. */
  async #repair(schema: Schema, back: Short): Promise<void> {
    const { sql, repairs, settleMs, onRepaired, onRepairFailed } = this.#options
    const tables = [...back.keys()].map(({ table }) => table)
    if (!repairs) return onRepairFailed?.(tables, new Error('Calls leave no log rows in this database'))
    let corrected = 0
    let failure: unknown
    for (let attempt = 1; attempt <= ATTEMPTS; attempt++) {
      if (attempt > 1) await sleep(RETRY_MS, undefined, { ref: false })
      try {
        const short = await shortDays(sql, schema, back)
        if (short.length > 0) await sleep(settleMs, undefined, { ref: false })
        let open = 0
        for (const { daily, day, rows } of short) {
          const added = await correctDaily(sql, daily, schema, day, rows)
          corrected += added
          open += rows.length - added
        }
        if (open === 0) return onRepaired?.(tables, corrected)
        failure = new Error(`${open} rows changed while they were compared with the log`)
      } catch (error) {
        failure = error
      }
    }
    onRepairFailed?.(tables, failure)
  }
}

type Short = Map<Daily, Set<string>>

interface ShortDay {
  readonly daily: Daily
  readonly day: string
  readonly rows: readonly DailyDifference[]
}

/** Rows that say less than the log, of the days on which their table was missing. Of others the log may be deleted. */
async function shortDays(sql: Sql, schema: Schema, back: Short): Promise<readonly ShortDay[]> {
  const short: ShortDay[] = []
  for (const [daily, days] of back) {
    const statement = compareDaily(daily, schema)
    if (!statement) continue
    for (const day of days) {
      const rows = (await sql.unsafe<DailyDifference[]>(statement, [day])).filter(isShort)
      if (rows.length > 0) short.push({ daily, day, rows })
    }
  }
  return short
}

function isShort(difference: DailyDifference): boolean {
  return sumsOf(difference).every(({ counted, logged }) => counted < logged || !isDifferent(counted, logged))
}

function dayOf(ms: number): string {
  return new Date(ms).toISOString().slice(0, 10)
}
