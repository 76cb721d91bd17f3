import type { Daily } from '../../database/entities.ts'
import type { TableShape } from '../../database/schema.ts'
import { quote, quoteAll } from '../../database/sql/quote.ts'
import { DAILY_SUMS } from './compare-daily.ts'

const TEXTS = ['api_key', 'model', 'custom_llm_provider', 'model_group', 'endpoint', 'mcp_namespaced_tool_name']

/** The statement that adds differences to one day of a daily table, given as the day and a JSON array of them. */
export function addDailyDifference(daily: Daily, shape: TableShape): string {
  return `
  with given as materialized (
    select *
    from jsonb_to_recordset($2::text::jsonb) as r (
      entity text, ${TEXTS.map((column) => `${column} text`).join(', ')},
      ${Object.keys(DAILY_SUMS)
        .map((column) => `${column} ${column === 'spend' ? 'float8' : 'bigint'}`)
        .join(', ')}
    )
  ),
  ${dailyCorrection(daily, shape)}
  select count(*)::int as corrected from corrected`
}

/** The step `corrected`: adds the differences that the step `given` has to the day `$1`. */
export function dailyCorrection({ table, id }: Daily, { columns, uniqueKeys }: TableShape): string {
  const key = uniqueKeys.find((names) => names.includes('date') && (id === undefined || names.includes(id))) ?? []
  const texts = TEXTS.filter((column) => columns.has(column))
  const sums = Object.keys(DAILY_SUMS).filter((column) => columns.has(column))
  const times = ['created_at', 'updated_at'].filter((column) => columns.has(column))
  const names = ['id', ...(id ? [id] : []), 'date', ...texts, ...sums, ...times]
  const values = [
    'gen_random_uuid()::text',
    ...(id ? ['entity'] : []),
    '$1::text',
    ...texts.map((column) => `coalesce(${column}, '')`),
    ...sums,
    ...times.map(() => `now() at time zone 'UTC'`),
  ]
  return `corrected as (
    insert into ${quote(table)} as t (${quoteAll(names)})
    select ${values.join(', ')}
    from given
    order by ${[...(id ? ['entity'] : []), ...texts].map((column) => `${column} collate "C"`).join(', ')}
    on conflict (${quoteAll(key)}) do update
    set ${sums.map((column) => `${quote(column)} = t.${quote(column)} + excluded.${quote(column)}`).join(', ')}
    returning 1
  )`
}
