import type { Sql } from 'postgres'
import type { Daily } from '../../database/entities.ts'
import type { Schema, TableShape } from '../../database/schema.ts'
import { dailyCorrection, inRepairTurn } from './add-daily-difference.ts'
import { compareDaily, DAILY_KEY, DAILY_SUMS, type DailyDifference } from './compare-daily.ts'

/**
 * Compares one day of a daily table with the log once more, and adds the differences that are still what they were when
 * they were `seen`. In turn with all that correct daily rows. Resolves to how many.
 */
export async function correctDaily(
  sql: Sql,
  daily: Daily,
  schema: Schema,
  day: string,
  seen: readonly DailyDifference[],
): Promise<number> {
  const shape = schema.get(daily.table)
  if (!shape) return 0
  const [result] = await inRepairTurn(sql, statementFor(daily, schema, shape), [day, JSON.stringify(seen)])
  return result.corrected
}

/** Sums of dollars are compared as those of the log are: floats, added in another order, differ in their last digits. */
function statementFor(daily: Daily, schema: Schema, shape: TableShape): string {
  const keys = ['id', ...DAILY_KEY.filter((column) => shape.columns.has(column))]
  const sums = Object.keys(DAILY_SUMS).filter((column) => shape.columns.has(column))
  const missing = (alias: string, sum: string) =>
    `((${alias}.logged ->> '${sum}')::float8 - (${alias}.counted ->> '${sum}')::float8)`
  return `
  with found as materialized (${compareDaily(daily, schema)}
  ),
  seen as materialized (
    select *
    from jsonb_to_recordset($2::text::jsonb) as r (
      ${keys.map((key) => `${key} text`).join(', ')}, counted json, logged json
    )
  ),
  given as materialized (
    select
      ${keys.map((key) => (key === 'id' ? 'f.id as entity' : `f.${key}`)).join(', ')},
      f.model_group, f.endpoint, '' as mcp_namespaced_tool_name,
      ${sums.map((sum) => `${missing('f', sum)}${sum === 'spend' ? '' : '::bigint'} as ${sum}`).join(', ')}
    from found as f
    join seen as s using (${keys.join(', ')})
    where ${sums
      .map(
        (sum) =>
          `abs(${missing('f', sum)} - ${missing('s', sum)}) <= 1e-9 * greatest(1, abs((f.logged ->> '${sum}')::float8))`,
      )
      .join(' and ')}
  ),
  ${dailyCorrection(daily, shape)}
  select count(*)::int as corrected from corrected`
}
