import type { TableShape } from '../../../database/schema.ts'
import { quote } from '../../../database/sql/quote.ts'
import { COLUMN_LIST } from '../../record/columns.ts'

/** The columns in the order of LiteLLM's table. What is not named here comes last. */
const ORDER = [
  ...['request_id', 'call_type', 'api_key', 'spend', 'total_tokens', 'prompt_tokens', 'completion_tokens'],
  ...['startTime', 'endTime', 'completionStartTime', 'request_duration_ms', 'model', 'model_id', 'model_group'],
  ...['custom_llm_provider', 'api_base', 'user', 'metadata', 'cache_hit', 'cache_key', 'request_tags', 'team_id'],
  ...['organization_id', 'end_user', 'requester_ip_address', 'session_id', 'status', 'agent_id', 'messages'],
  ...['response', 'proxy_server_request', 'litellm_call_id', 'cache_read_input_tokens', 'created_at', 'updated_at'],
]

/** What goes into each column of LiteLLM_SpendLogs. */
const VALUES: ReadonlyMap<string, string> = new Map([
  ['request_id', quote('request_id')],
  ['created_at', "now() at time zone 'UTC'"],
  ['updated_at', "now() at time zone 'UTC'"],
  ...COLUMN_LIST.flatMap(([name, { column = name, insert }]): [string, string][] =>
    column === null ? [] : [[column, insert ?? (column === name ? quote(name) : name)]],
  ),
])

const IN_ORDER = [...VALUES].sort(([a], [b]) => placeOf(a) - placeOf(b))

function placeOf(column: string): number {
  const place = ORDER.indexOf(column)
  return place < 0 ? ORDER.length : place
}

/**
 * Steps that write the log rows and tell which calls are `charged`: those whose row is new, and no others.
 *
 * The conflict has no target: a partitioned table has another primary key. Rows go in order of their ids, so that two
 * writers with the same ids wait for each other instead of deadlocking.
 */
export function insertSpendLogs({ columns }: TableShape): string {
  const present = IN_ORDER.filter(([name]) => columns.has(name))
  return `
  inserted as (
    insert into "LiteLLM_SpendLogs" (${present.map(([name]) => quote(name)).join(', ')})
    select
      ${present.map(([, value]) => value).join(', ')}
    from chosen
    order by request_id collate "C"
    on conflict do nothing
    returning request_id
  ),${CHARGED}`
}

/** The step that tells what is `charged`: of the `chosen` calls, those that were `inserted`. */
export const CHARGED = `
  charged as materialized (
    select
      call_id,
      request_id,
      spend,
      api_key,
      "user" as user_id,
      end_user as end_user_id,
      team_id,
      organization_id,
      project_id,
      coalesce(agent_id, '') as agent_id,
      request_tags,
      to_char("startTime", 'YYYY-MM-DD') as date,
      "endTime" as used_at,
      model,
      model_group,
      custom_llm_provider,
      endpoint,
      prompt_tokens,
      completion_tokens,
      cache_read_tokens,
      cache_write_tokens,
      request_duration_ms,
      coalesce(cache_saving, 0) as cache_saving,
      coalesce(budget_windows, '[]'::jsonb) as budget_windows,
      coalesce(tools, '[]'::jsonb) as tools,
      metadata ->> 'user_api_key_alias' as key_alias,
      metadata ->> 'user_agent' as user_agent,
      (status = 'success')::int as succeeded
    from chosen
    join inserted using (request_id)
  )`
