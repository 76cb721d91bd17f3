import type { PendingQuery, Row, Sql } from 'postgres'

/** Rows of one session that are looked at: the newest. */
const MOST_ROWS = 500

/** The calls with these ids, and the newest of their sessions: what was asked and answered, and by whom. Newest first. */
export function findTurns(sql: Sql, ids: readonly string[]): PendingQuery<Row[]> {
  return sql.unsafe(TEXT, [JSON.stringify(ids)], { prepare: true })
}

const TEXT = `
  with named as (
    select n.request_id, n.session_id
    from "LiteLLM_SpendLogs" as n
    where n.request_id in (select jsonb_array_elements_text($1::text::jsonb))
  )
  select l.request_id as id, l.metadata ->> 'litellm_call_id' as call_id, l.session_id, l.api_key as hashed_token,
    nullif(l."user", '') as user_id, nullif(l.team_id, '') as team_id, l.proxy_server_request as request, l.response,
    l.metadata ->> 'cold_storage_object_key' as cold_key
  from "LiteLLM_SpendLogs" as l
  where l.request_id in (select request_id from named)
    or l.session_id in (select session_id from named where session_id <> '')
  order by l.request_id in (select request_id from named) desc, l."endTime" desc
  limit ${MOST_ROWS}`
