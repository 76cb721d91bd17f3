import type { Sql } from 'postgres'
import { type LogFilter, passesAnyTime, SPAN_TYPES } from './log-filter.ts'

/** Sums of all calls of each of these sessions, by session and key. */
export interface SessionSums {
  readonly session_id: string
  readonly api_key: string
  readonly session_total_count: number
  readonly session_total_spend: number
  readonly session_total_duration_ms: number
  readonly mcp_tool_call_count: number
  readonly mcp_tool_call_spend: number
  readonly session_cache_hit_count: number
  readonly session_llm_count: number
  readonly session_agent_count: number
  readonly session_total_prompt_tokens: number
  readonly session_total_completion_tokens: number
  readonly session_total_tokens: number
  readonly session_models: readonly string[]
}

export async function sumSessions(
  sql: Sql,
  sessionIds: readonly string[],
  hashedTokens: readonly string[],
  filter: Pick<LogFilter, 'visibleTo'>,
): Promise<readonly SessionSums[]> {
  const { mcp, agent } = SPAN_TYPES
  const isTool = sql`l.call_type = any(${[...mcp]}::text[])`
  const isAgent = sql`l.call_type = any(${[...agent]}::text[])`
  const visible = passesAnyTime(sql, { from: '', to: '', ...filter })
  return await sql<SessionSums[]>`
    select
      l.session_id,
      l.api_key,
      count(*)::int as session_total_count,
      coalesce(sum(l.spend), 0)::float8 as session_total_spend,
      coalesce(sum(extract(epoch from l."endTime" - l."startTime") * 1000), 0)::float8 as session_total_duration_ms,
      count(*) filter (where ${isTool})::int as mcp_tool_call_count,
      coalesce(sum(l.spend) filter (where ${isTool}), 0)::float8 as mcp_tool_call_spend,
      count(*) filter (where lower(l.cache_hit) = 'true')::int as session_cache_hit_count,
      count(*) filter (where not ${isTool} and not ${isAgent})::int as session_llm_count,
      count(*) filter (where ${isAgent})::int as session_agent_count,
      coalesce(sum(l.prompt_tokens), 0)::float8 as session_total_prompt_tokens,
      coalesce(sum(l.completion_tokens), 0)::float8 as session_total_completion_tokens,
      coalesce(sum(l.total_tokens), 0)::float8 as session_total_tokens,
      coalesce(array_agg(distinct left(l.model, 256)) filter (where l.model <> ''), '{}') as session_models
    from "LiteLLM_SpendLogs" as l
    where l.session_id = any(${[...sessionIds]}::text[])
      and l.api_key = any(${[...hashedTokens]}::text[])
      and ${visible}
    group by l.session_id, l.api_key`
}
