import type { Sql } from 'postgres'
import type { Daily } from '../database/entities.ts'
import type { Schema, TableShape } from '../database/schema.ts'
import type { Found } from './reconcile-counters.ts'
import { addDailyDifference } from './sql/add-daily-difference.ts'
import { compareDaily, DAILY_KEY, type DailyDifference, sumsOf } from './sql/compare-daily.ts'

/** What one day of a daily table says otherwise than the log. */
export async function differingDays(sql: Sql, daily: Daily, schema: Schema, day: string): Promise<readonly Found[]> {
  const statement = compareDaily(daily, schema)
  const shape = schema.get(daily.table)
  if (!statement || !shape) return []
  const rows = await sql.unsafe<DailyDifference[]>(statement, [day])
  return rows.map((row) => foundOf(sql, daily, shape, day, row))
}

function foundOf(sql: Sql, daily: Daily, shape: TableShape, day: string, given: DailyDifference): Found {
  const names = [
    `${daily.id} ${JSON.stringify(given.id)}`,
    ...DAILY_KEY.filter((key) => given[key] !== undefined).map((key) => `${key} ${JSON.stringify(given[key])}`),
  ]
  const row = [day, ...names].join(', ')
  const different = sumsOf(given).filter(({ counted, logged }) => isDifferent(counted, logged))
  return {
    differences: different.map((sums) => ({ table: daily.table, row, ...sums })),
    fix: () => addDailyDifference(sql, daily, shape, day, given),
  }
}

/** Sums of dollars, added in another order, differ in their last digits. */
export function isDifferent(counted: number, logged: number): boolean {
  return Math.abs(counted - logged) > 1e-9 * Math.max(1, Math.abs(logged))
}
