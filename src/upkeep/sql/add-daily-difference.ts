import type { Sql } from 'postgres'
import { LOCKS } from '../../database/advisory-locks.ts'
import type { Daily } from '../../database/entities.ts'
import type { TableShape } from '../../database/schema.ts'
import { quote, quoteAll } from '../../database/sql/quote.ts'
import { DAILY_KEY, DAILY_SUMS, type DailyDifference, sumsOf } from './compare-daily.ts'

const TEXTS = ['api_key', 'model', 'custom_llm_provider', 'model_group', 'endpoint', 'mcp_namespaced_tool_name']

/**
 * Adds what one group of rows of a day says otherwise than the log, if it still says what it said when it was `seen`. In
 * turn with all that correct daily rows: what another has added meanwhile is not added twice. Whether it was added.
 */
export async function addDailyDifference(
  sql: Sql,
  daily: Daily,
  shape: TableShape,
  day: string,
  seen: DailyDifference,
): Promise<boolean> {
  const { id, counted, logged: _, ...texts } = seen
  const sums = Object.fromEntries(sumsOf(seen).map((sum) => [sum.column, sum.logged - sum.counted]))
  const given = [{ entity: id, ...texts, ...sums, counted }]
  const [result] = await inRepairTurn(sql, statementFor(daily, shape), [day, JSON.stringify(given)])
  return result.corrected === 1
}

function statementFor(daily: Daily, shape: TableShape): string {
  const keys = DAILY_KEY.filter((column) => shape.columns.has(column))
  const sums = Object.keys(DAILY_SUMS).filter((column) => shape.columns.has(column))
  const isSeen = sums.map((sum) => {
    const seen = `(s.counted ->> '${sum}')::float8`
    return `abs(coalesce(n.${sum}, 0) - ${seen}) <= 1e-9 * greatest(1, abs(${seen}))`
  })
  return `
  with seen as materialized (
    select *
    from jsonb_to_recordset($2::text::jsonb) as r (
      entity text, ${TEXTS.map((column) => `${column} text`).join(', ')}, counted json,
      ${sums.map((column) => `${column} ${column === 'spend' ? 'float8' : 'bigint'}`).join(', ')}
    )
  ),
  given as materialized (
    select s.*
    from seen as s
    cross join lateral (
      select ${sums.map((sum) => `sum(d.${sum}) as ${sum}`).join(', ')}
      from ${quote(daily.table)} as d
      where d.date = $1::text
        and coalesce(d.${daily.id}, '') = s.entity
        ${keys.map((key) => `and coalesce(d.${key}, '') = s.${key}`).join(' ')}
    ) as n
    where ${isSeen.join(' and ')}
  ),
  ${dailyCorrection(daily, shape)}
  select count(*)::int as corrected from corrected`
}

/**
 * Runs a statement that corrects daily rows, after all others that do. Its parameters are texts, `$1::text` and so on.
 *
 * One message of several statements is one transaction to PostgreSQL and to a pooler, without a `begin` that could be
 * left open. The lock is taken first, so the second statement sees what a process before has corrected: no difference
 * is added twice, however the first process ended. Such a message takes no parameters; base64 needs no quoting.
 */
export async function inRepairTurn(
  sql: Sql,
  statement: string,
  parameters: readonly string[],
): Promise<readonly [{ readonly corrected: number }]> {
  const written = parameters.reduce(
    (text, value, n) => text.replaceAll(`$${n + 1}::text`, () => literal(value)),
    statement,
  )
  const message = sql.unsafe(`select pg_advisory_xact_lock(${LOCKS.dailyRepairs});${written}`).simple()
  const [, rows] = (await message) as unknown as [turn: unknown, [{ corrected: number }]]
  return rows
}

function literal(text: string): string {
  return `convert_from(decode('${Buffer.from(text).toString('base64')}', 'base64'), 'UTF8')`
}

/** The step `corrected`: adds the differences that the step `given` has to the day `$1`. */
export function dailyCorrection({ table, id }: Daily, { columns, uniqueKeys }: TableShape): string {
  const key = uniqueKeys.find((names) => names.includes('date') && names.includes(id)) ?? []
  const texts = TEXTS.filter((column) => columns.has(column))
  const sums = Object.keys(DAILY_SUMS).filter((column) => columns.has(column))
  const times = ['created_at', 'updated_at'].filter((column) => columns.has(column))
  const names = ['id', id, 'date', ...texts, ...sums, ...times]
  const values = [
    'gen_random_uuid()::text',
    'entity',
    '$1::text',
    ...texts.map((column) => `coalesce(${column}, '')`),
    ...sums,
    ...times.map(() => `now() at time zone 'UTC'`),
  ]
  return `corrected as (
    insert into ${quote(table)} as t (${quoteAll(names)})
    select ${values.join(', ')}
    from given
    order by ${['entity', ...texts].map((column) => `${column} collate "C"`).join(', ')}
    on conflict (${quoteAll(key)}) do update
    set ${sums.map((column) => `${quote(column)} = t.${quote(column)} + excluded.${quote(column)}`).join(', ')}
    returning 1
  )`
}
