import type { Daily } from '../../../database/entities.ts'
import type { TableShape } from '../../../database/schema.ts'
import { quote, quoteAll } from '../../../database/sql/quote.ts'

/** What a day's row is about beside the day and the entity, with its value. Never null: nulls would not conflict, and a new row come each time. */
const DIMENSIONS: Readonly<Record<string, string>> = {
  api_key: 'api_key',
  model: 'model',
  custom_llm_provider: 'custom_llm_provider',
  mcp_namespaced_tool_name: "''::text",
  endpoint: 'endpoint',
  model_group: 'model_group',
}

const SUMS: Readonly<Record<string, string>> = {
  prompt_tokens: 'prompt_tokens',
  completion_tokens: 'completion_tokens',
  cache_read_input_tokens: 'cache_read_tokens',
  cache_creation_input_tokens: 'cache_write_tokens',
  spend: 'spend',
  api_requests: '1',
  successful_requests: 'succeeded',
  failed_requests: '1 - succeeded',
  total_response_time_ms: 'succeeded * coalesce(request_duration_ms, 0)',
  timed_requests: 'succeeded',
  prompt_caching_savings_spend: 'cache_saving',
}

const TIMES = ['created_at', 'updated_at']

/**
 * The step `daily_<name>`: adds what was charged to one of LiteLLM's daily tables, once the step `after` has ended.
 *
 * The conflict is on whatever unique key this database has: it has grown over the versions. What is not part of it
 * keeps the first value, as LiteLLM's `model_group` does.
 */
export function upsertDailySpend(daily: Daily, { columns, uniqueKeys }: TableShape, after: string): string {
  const { name, table, id, source, always } = daily
  const key = uniqueKeys.find((names) => names.includes('date') && names.includes(id))
  const dimensions = Object.entries({ date: 'date', [id]: id, ...DIMENSIONS }).filter(([column]) => columns.has(column))
  const sums = Object.entries(SUMS).filter(([column]) => columns.has(column))
  const times = TIMES.filter((column) => columns.has(column))
  const isKey = (column: string) => key === undefined || key.includes(column)
  const grouped = dimensions.flatMap(([column, value]) => (isKey(column) && !value.startsWith("'") ? [value] : []))
  const example = id === 'tag' && columns.has('request_id') ? ['request_id'] : []
  return `
  daily_${name} as (
    insert into ${quote(table)} as t (
      ${quoteAll(['id', ...dimensions.map(([column]) => column), ...example, ...sums.map(([column]) => column), ...times])}
    )
    select
      ${[
        'gen_random_uuid()::text',
        ...dimensions.map(([column, value]) => (isKey(column) ? value : `min(${value})`)),
        ...example.map((column) => `max(${column})`),
        ...sums.map(([, value]) => `sum(${value})`),
        ...times.map(() => "now() at time zone 'UTC'"),
      ].join(', ')}
    from ${source ?? 'charged'}
    where (select count(*) from ${after}) >= 0${always ? '' : ` and ${id} <> ''`}
    group by ${grouped.join(', ')}
    order by ${grouped.map((value) => `${value} collate "C"`).join(', ')}
    ${key ? conflict(key) : ''}
    returning 1
  )`

  function conflict(names: readonly string[]): string {
    return `on conflict (${quoteAll(names)}) do update
    set ${[
      ...sums.map(([column]) => `${quote(column)} = t.${quote(column)} + excluded.${quote(column)}`),
      ...example.map((column) => `${quote(column)} = coalesce(excluded.${quote(column)}, t.${quote(column)})`),
      ...(times.includes('updated_at') ? ['updated_at = excluded.updated_at'] : []),
    ].join(', ')}`
  }
}
