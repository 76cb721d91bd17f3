import type { TableShape } from '../../../database/schema.ts'
import { quote } from '../../../database/sql/quote.ts'

/** Columns of LiteLLM_SpendLogs and what goes into them, where it is not the member of the same name. */
const COLUMNS: Readonly<Record<string, string | undefined>> = {
  request_id: undefined,
  call_type: undefined,
  api_key: undefined,
  spend: undefined,
  total_tokens: undefined,
  prompt_tokens: undefined,
  completion_tokens: undefined,
  startTime: undefined,
  endTime: undefined,
  completionStartTime: undefined,
  request_duration_ms: undefined,
  model: undefined,
  model_id: undefined,
  model_group: undefined,
  custom_llm_provider: undefined,
  api_base: undefined,
  user: undefined,
  metadata: `case
        when provider_id not in ('', request_id) then metadata || jsonb_build_object('provider_request_id', provider_id)
        else metadata
      end`,
  cache_hit: undefined,
  cache_key: undefined,
  request_tags: undefined,
  team_id: undefined,
  organization_id: undefined,
  end_user: undefined,
  requester_ip_address: undefined,
  session_id: undefined,
  status: undefined,
  agent_id: undefined,
  messages: "coalesce(messages, '{}'::jsonb)",
  response: "coalesce(response, '{}'::jsonb)",
  proxy_server_request: "coalesce(proxy_server_request, '{}'::jsonb)",
  // Added after May 2026.
  litellm_call_id: 'call_id',
  cache_read_input_tokens: 'cache_read_tokens',
  created_at: "now() at time zone 'UTC'",
  updated_at: "now() at time zone 'UTC'",
}

/**
 * Steps that write the log rows and tell which calls are `charged`: those whose row is new, and no others.
 *
 * The conflict has no target: a partitioned table has another primary key. Rows go in order of their ids, so that two
 * writers with the same ids wait for each other instead of deadlocking.
 */
export function insertSpendLogs({ columns }: TableShape): string {
  const present = Object.entries(COLUMNS).filter(([name]) => columns.has(name))
  return `
  inserted as (
    insert into "LiteLLM_SpendLogs" (${present.map(([name]) => quote(name)).join(', ')})
    select
      ${present.map(([name, value]) => value ?? quote(name)).join(', ')}
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
      coalesce(budget_windows, '[]'::jsonb) as budget_windows,
      (status = 'success')::int as succeeded
    from chosen
    join inserted using (request_id)
  )`
