import type { Sql } from 'postgres'
import type { Span } from '../closed-days.ts'

export interface CacheFilter {
  /** Only calls of keys with these aliases. Empty: of all. */
  readonly keyAliases: readonly string[]
  readonly models: readonly string[]
  /** Only calls of this user, or of this key. */
  readonly userId?: string
  readonly hashedToken?: string
  /** Call types that are no calls to models. */
  readonly without: readonly string[]
}

/** Calls of a day by type, and of the failed ones by code and class too. */
export interface CacheSums {
  readonly day: string
  readonly call_type: string
  readonly failed: boolean
  readonly error_code: string | null
  readonly error_class: string | null
  readonly calls: number
  readonly hits: number
  readonly cached_tokens: number
  readonly generated_tokens: number
}

/** What a key without an alias is called. */
export const UNNAMED = 'Unnamed Key'

export async function sumCacheHits(
  sql: Sql,
  { keyAliases, models, userId, hashedToken, without }: CacheFilter,
  { from, to }: Span,
): Promise<readonly CacheSums[]> {
  const isHit = sql`l.cache_hit = 'True'`
  const failed = sql`coalesce(l.status = 'failure', false)`
  const error = (name: string) => sql`
    case when ${failed} then coalesce(nullif(l.metadata -> 'error_information' ->> ${name}, ''), 'Unknown') end`
  const named = sql`
    l.api_key in (select token from "LiteLLM_VerificationToken" where key_alias = any(${[...keyAliases]}::text[]))
    or (${keyAliases.includes(UNNAMED)} and not exists (
      select from "LiteLLM_VerificationToken" as k where k.token = l.api_key and k.key_alias is not null
    ))`
  return await sql<CacheSums[]>`
    select
      l."startTime"::date::text as day,
      coalesce(nullif(l.call_type, ''), 'Unknown') as call_type,
      ${failed} as failed,
      ${error('error_code')} as error_code,
      ${error('error_class')} as error_class,
      count(*)::int as calls,
      count(*) filter (where ${isHit})::int as hits,
      coalesce(sum(l.completion_tokens) filter (where ${isHit}), 0)::float8 as cached_tokens,
      coalesce(sum(l.completion_tokens) filter (where ${isHit} is not true), 0)::float8 as generated_tokens
    from "LiteLLM_SpendLogs" as l
    where l."startTime" >= ${from}::text::timestamp
      and l."startTime" < ${to}::text::timestamp
      and l.call_type <> all(${[...without]}::text[])
      and (${keyAliases.length === 0} or ${named})
      and (${models.length === 0} or l.model = any(${[...models]}::text[]))
      and (${userId ?? null}::text is null or l."user" = ${userId ?? null})
      and (${hashedToken ?? null}::text is null or l.api_key = ${hashedToken ?? null})
    group by 1, 2, 3, 4, 5`
}
