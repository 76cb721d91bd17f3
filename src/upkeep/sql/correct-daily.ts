import type { Sql } from 'postgres'
import { LOCKS } from '../../database/advisory-locks.ts'
import type { Daily } from '../../database/entities.ts'
import type { Schema } from '../../database/schema.ts'
import { dailyCorrection } from './add-daily-difference.ts'
import { compareDaily, DAILY_KEY, DAILY_SUMS, type DailyDifference } from './compare-daily.ts'

/**
 * Compares one day of a daily table with the log once more, and adds the differences that are still what they were when
 * they were `seen`. Resolves to how many.
 *
 * One message of several statements is one transaction to PostgreSQL and to a pooler, without a `begin` that could be
 * left open. The lock is taken first, so the second statement sees what a process before has corrected: no difference
 * is added twice, however the first process ended. Such a message takes no parameters; base64 needs no quoting.
 */
export async function correctDaily(
  sql: Sql,
  daily: Daily,
  schema: Schema,
  day: string,
  seen: readonly DailyDifference[],
): Promise<number> {
  const statement = statementFor(daily, schema)
    .replaceAll('$1::text', () => literal(day))
    .replace('$2::text', () => literal(JSON.stringify(seen)))
  const message = sql.unsafe(`select pg_advisory_xact_lock(${LOCKS.dailyRepairs});${statement}`).simple()
  const [, [result]] = (await message) as unknown as [turn: unknown, [{ corrected: number }]]
  return result.corrected
}

function literal(text: string): string {
  return `convert_from(decode('${Buffer.from(text).toString('base64')}', 'base64'), 'UTF8')`
}

/** Sums of dollars are compared as those of the log are: floats, added in another order, differ in their last digits. */
function statementFor(daily: Daily, schema: Schema): string {
  const shape = schema.get(daily.table)!
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
