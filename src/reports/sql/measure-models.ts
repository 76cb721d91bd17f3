import type { Sql } from 'postgres'
import type { Span } from '../closed-days.ts'

export interface ModelFilter {
  readonly modelGroup: string
  readonly hashedToken?: string
  readonly endUser?: string
  /** Seconds from which on a call is slow. */
  readonly slowSeconds: number
}

/** How fast the calls of a model group were, by day, address and model. Answers out of the cache are left out. */
export interface ModelMeasure {
  readonly day: string
  readonly api_base: string
  readonly model: string
  readonly calls: number
  readonly slow: number
  /** Sum of seconds per token, and the calls that it is of. */
  readonly per_token: number
  readonly with_tokens: number
  /** Sum of seconds to the first token, of the streams. */
  readonly to_first: number
  readonly streams: number
}

export async function measureModels(
  sql: Sql,
  { modelGroup, hashedToken, endUser, slowSeconds }: ModelFilter,
  { from, to }: Span,
): Promise<readonly ModelMeasure[]> {
  const isStream = sql`l."completionStartTime" <> l."endTime"`
  return await sql<ModelMeasure[]>`
    select
      l."startTime"::date::text as day,
      coalesce(l.api_base, '') as api_base,
      l.model,
      count(*)::int as calls,
      count(*) filter (where l."endTime" - l."startTime" >= ${slowSeconds} * interval '1 second')::int as slow,
      coalesce(
        sum(extract(epoch from l."endTime" - l."startTime")::float8 / nullif(l.completion_tokens, 0)),
        0
      ) as per_token,
      count(*) filter (where l.completion_tokens <> 0)::int as with_tokens,
      coalesce(
        sum(extract(epoch from l."completionStartTime" - l."startTime")::float8) filter (where ${isStream}),
        0
      ) as to_first,
      count(*) filter (where ${isStream})::int as streams
    from "LiteLLM_SpendLogs" as l
    where l."startTime" >= ${from}::text::timestamp
      and l."startTime" < ${to}::text::timestamp
      and l.model_group = ${modelGroup}
      and l.cache_hit <> 'True'
      and (${hashedToken ?? null}::text is null or l.api_key = ${hashedToken ?? null})
      and (${endUser ?? null}::text is null or l.end_user = ${endUser ?? null})
    group by 1, 2, 3`
}

/** The time to the first token of each stream of a model group, in seconds: for a single day. */
export interface FirstToken {
  readonly request_id: string
  readonly api_base: string
  readonly model: string
  readonly seconds: number
}

const MOST_STREAMS = 10_000

export async function listFirstTokens(
  sql: Sql,
  modelGroup: string,
  { from, to }: Span,
): Promise<readonly FirstToken[]> {
  return await sql<FirstToken[]>`
    select
      l.request_id,
      coalesce(l.api_base, '') as api_base,
      l.model,
      extract(epoch from l."completionStartTime" - l."startTime")::float8 as seconds
    from "LiteLLM_SpendLogs" as l
    where l."startTime" >= ${from}::text::timestamp
      and l."startTime" < ${to}::text::timestamp
      and l.model_group = ${modelGroup}
      and l.cache_hit <> 'True'
      and l."completionStartTime" <> l."endTime"
    order by l.request_id
    limit ${MOST_STREAMS}`
}
