import type { PendingQuery, Row, Sql } from 'postgres'

/**
 * Who made these resources and where, by the log: the calls that make one have its id. Also of the time before owners
 * were written down, and of what LiteLLM itself has made.
 */
export function findLoggedResources(sql: Sql, ids: readonly string[]): PendingQuery<Row[]> {
  return sql.unsafe(TEXT, [JSON.stringify(ids)], { prepare: true })
}

const TEXT = `
  select l.request_id as id, l.api_key as hashed_token, nullif(l."user", '') as user_id,
    nullif(l.team_id, '') as team_id, nullif(l.model_id, '') as model_id
  from "LiteLLM_SpendLogs" as l
  where l.request_id in (select jsonb_array_elements_text($1::text::jsonb))
    and coalesce(l.api_key, '') <> ''
    and l.call_type in (
      'responses', 'aresponses', 'acompact_responses', 'create_file', 'acreate_file', 'create_batch', 'acreate_batch',
      'create_fine_tuning_job', 'acreate_fine_tuning_job', 'avector_store_create'
    )`
