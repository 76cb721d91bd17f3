import type { Sql } from 'postgres'
import { readBudgetWindows } from '../admission/budgets/shared/sql/read-budget-windows.ts'
import { durationStart } from '../admission/facts/budget-duration.ts'
import { type TimeZone, ZonedDate } from '../admission/facts/time-zone.ts'
import type { Entity } from '../database/entities.ts'
import type { Schema } from '../database/schema.ts'
import { addDifference } from './sql/add-difference.ts'
import { compareSpend, hasHistory, type SpendDifference } from './sql/compare-spend.ts'

export interface CounterOptions {
  readonly since?: string | undefined
  /** The first day of which the log has every row; not there when it has forgotten nothing. */
  readonly complete?: string | undefined
  readonly timeZone?: TimeZone | undefined
  onSkip(why: string): void
}

/** The running totals of one table that are not what the log adds up to since they were last reset. */
export async function differingCounters(
  sql: Sql,
  entity: Entity,
  schema: Schema,
  { since, complete, timeZone, onSkip }: CounterOptions,
): Promise<readonly Found[]> {
  const statement = compareSpend(entity, schema)
  if (!statement) return []
  if (complete !== undefined && !hasHistory(entity, schema)) {
    onSkip(`${entity.table}: log rows before ${complete} are gone, and no daily table has their sums`)
    return []
  }
  const windows = await readBudgetWindows(sql, entity, schema)
  const starts = windows.flatMap(({ ids, budget_duration, budget_reset_at }) => {
    const start = durationStart(budget_duration, new ZonedDate(budget_reset_at, timeZone))
    return start ? [{ ids, since: start.toISOString() }] : []
  })
  const rows = await sql.unsafe<SpendDifference[]>(statement, [JSON.stringify(starts), complete ?? null, since ?? null])
  return rows.map((row) => foundOf(sql, entity, row))
}

function foundOf(sql: Sql, entity: Entity, { ids, counted, logged }: SpendDifference): Found {
  const row = entity.ids.map(([column], n) => `${column} ${JSON.stringify(ids[n])}`).join(', ')
  return {
    differences: [{ table: entity.table, row, column: 'spend', counted, logged }],
    async fix() {
      const given = { ...Object.fromEntries(ids.map((id, n) => [`id${n}`, id])), counted, difference: logged - counted }
      const [result] = await sql.unsafe<[{ corrected: number }]>(addDifference(entity), [JSON.stringify([given])])
      return result.corrected === 1
    },
  }
}

/** A place where the log and what was added up do not agree. */
export interface Difference {
  /** `LiteLLM_UserTable`, `LiteLLM_DailyUserSpend` … */
  readonly table: string
  /** Names the row, or the group of rows: for people, and equal for equal places. */
  readonly row: string
  readonly column: string
  /** What the table says. */
  readonly counted: number
  /** What the log adds up to. */
  readonly logged: number
}

/** One table, or one day of one: what differs there, and how to correct it. */
export interface Comparison {
  readonly name: string
  /** A day, or `totals`. */
  readonly resumeAt: string
  compare(): Promise<readonly Found[]>
}

export interface Found {
  /** One per column that differs. */
  readonly differences: readonly Difference[]
  fix(): Promise<boolean>
}
