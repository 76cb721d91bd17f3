import type { Sql } from 'postgres'
import type { ActivityRow } from './daily-activity.ts'

export interface RecentFilter {
  /** ISO times in UTC. */
  readonly from: string
  readonly to: string
  readonly stepSeconds: number
  /** What `entities` are. */
  readonly entity: RecentEntity
  readonly hashedToken?: string
  readonly userId?: string
}

export type RecentEntity = 'user' | 'team' | 'tag'

export interface RecentTimes {
  readonly p50_ms: number | null
  readonly p95_ms: number | null
  readonly cache_hits: number
}

/**
 * Sums of the log by step of time and what activity is broken down by, in the form of the daily tables. A step is named by the time
 * at which it begins, `2026-11-30T15:00Z`. Steps begin at multiples of their length, so that they stay where they are.
 */
export async function recentActivity(sql: Sql, filter: RecentFilter): Promise<readonly ActivityRow[]> {
  const { stepSeconds, entity } = filter
  const entities = {
    user: sql`l."user"`,
    team: sql`l.team_id`,
    tag: sql`case jsonb_typeof(l.request_tags) when 'array' then l.request_tags end`,
  }
  const succeeded = sql`coalesce(l.status, 'success') <> 'failure'`
  return await sql<ActivityRow[]>`
    select
      to_char(
        date_bin(make_interval(secs => ${stepSeconds}), l."startTime", timestamp '2000-01-01'),
        'YYYY-MM-DD"T"HH24:MI"Z"'
      ) as date,
      l.api_key,
      l.model as models,
      l.model_group as model_groups,
      l.custom_llm_provider as providers,
      l.call_type as endpoints,
      null as mcp_servers,
      ${entities[entity]} as entities,
      sum(l.spend)::float8 as spend,
      sum(l.prompt_tokens)::float8 as prompt_tokens,
      sum(l.completion_tokens)::float8 as completion_tokens,
      0 as cache_read_input_tokens,
      0 as cache_creation_input_tokens,
      count(*)::float8 as api_requests,
      (count(*) filter (where ${succeeded}))::float8 as successful_requests,
      (count(*) filter (where l.status = 'failure'))::float8 as failed_requests,
      coalesce(
        sum(extract(epoch from l."endTime" - l."startTime") * 1000) filter (where ${succeeded}),
        0
      )::float8 as total_response_time_ms,
      (count(*) filter (where ${succeeded}))::float8 as timed_requests
    from "LiteLLM_SpendLogs" as l
    where ${passes(sql, filter)}
    group by 1, 2, 3, 4, 5, 6, 7, 8`
}

/** How long calls of this time have taken, and how many were answered from the response cache. */
export async function recentTimes(sql: Sql, filter: RecentFilter): Promise<RecentTimes> {
  const [times] = await sql<[RecentTimes]>`
    select
      percentile_cont(0.5) within group (order by t.ms)::float8 as p50_ms,
      percentile_cont(0.95) within group (order by t.ms)::float8 as p95_ms,
      (count(*) filter (where t.cache_hit = 'True'))::int as cache_hits
    from (
      select extract(epoch from l."endTime" - l."startTime") * 1000 as ms, l.cache_hit
      from "LiteLLM_SpendLogs" as l
      where ${passes(sql, filter)}
        and coalesce(l.status, 'success') <> 'failure'
    ) as t`
  return times
}

function passes(sql: Sql, { from, to, hashedToken, userId }: RecentFilter) {
  return sql`
    l."startTime" >= ${from}::timestamptz at time zone 'UTC'
    and l."startTime" < ${to}::timestamptz at time zone 'UTC'
    and (${hashedToken ?? null}::text is null or l.api_key = ${hashedToken ?? null})
    and (${userId ?? null}::text is null or l."user" = ${userId ?? null})`
}
