import type { Sql } from 'postgres'

export interface TagSummary {
  readonly tag: string
  /** Users whose keys have made the calls. */
  readonly unique_users: number
  readonly total_requests: number
  readonly successful_requests: number
  readonly failed_requests: number
  readonly total_tokens: number
  readonly total_spend: number
}

export interface TagFilter {
  /** Days, both included. */
  readonly from: string
  readonly to: string
  /** Exactly these; else `part` of a name, in any case. */
  readonly tags?: readonly string[]
  readonly part?: string
}

/** Sums of each tag over these days, what was used most first. */
export async function summarizeTags(sql: Sql, { from, to, tags, part }: TagFilter): Promise<readonly TagSummary[]> {
  return await sql<TagSummary[]>`
    select
      d.tag,
      count(distinct k.user_id)::int as unique_users,
      sum(d.total_requests)::float8 as total_requests,
      sum(d.successful_requests)::float8 as successful_requests,
      sum(d.failed_requests)::float8 as failed_requests,
      sum(d.total_tokens)::float8 as total_tokens,
      sum(d.total_spend)::float8 as total_spend
    from (
      select
        d.tag,
        d.api_key,
        sum(d.api_requests) as total_requests,
        sum(d.successful_requests) as successful_requests,
        sum(d.failed_requests) as failed_requests,
        sum(d.prompt_tokens + d.completion_tokens) as total_tokens,
        sum(d.spend) as total_spend
      from "LiteLLM_DailyTagSpend" as d
      where d.date between ${from} and ${to}
        and (${tags === undefined} or d.tag = any(${[...(tags ?? [])]}::text[]))
        and (${part ?? null}::text is null or strpos(lower(d.tag), lower(${part ?? null})) > 0)
      group by d.tag, d.api_key
    ) as d
    left join "LiteLLM_VerificationToken" as k on k.token = d.api_key
    group by d.tag
    order by total_requests desc, d.tag`
}
