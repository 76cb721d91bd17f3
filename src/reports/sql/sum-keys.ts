import type { Sql } from 'postgres'
import type { ActivityFilter } from './daily-activity.ts'

/** What one key has used, in LiteLLM's order. */
export interface KeySums {
  readonly api_key: string
  readonly spend: number
  readonly prompt_tokens: number
  readonly completion_tokens: number
  readonly total_tokens: number
  readonly api_requests: number
  readonly successful_requests: number
  readonly failed_requests: number
  readonly cache_read_input_tokens: number
  readonly cache_creation_input_tokens: number
}

/** Sums of all keys over these days, what has spent most first. */
export async function sumKeys(
  sql: Sql,
  { table, id, from, to, entities, withoutEntities = [], model, hashedTokens }: ActivityFilter,
): Promise<readonly KeySums[]> {
  return await sql<KeySums[]>`
    select
      d.api_key,
      sum(d.spend)::float8 as spend,
      sum(d.prompt_tokens)::float8 as prompt_tokens,
      sum(d.completion_tokens)::float8 as completion_tokens,
      sum(d.prompt_tokens + d.completion_tokens)::float8 as total_tokens,
      sum(d.api_requests)::float8 as api_requests,
      sum(d.successful_requests)::float8 as successful_requests,
      sum(d.failed_requests)::float8 as failed_requests,
      sum(d.cache_read_input_tokens)::float8 as cache_read_input_tokens,
      sum(d.cache_creation_input_tokens)::float8 as cache_creation_input_tokens
    from ${sql(table)} as d
    where d.date between ${from} and ${to}
      and (${entities === undefined} or d.${sql(id)} = any(${[...(entities ?? [])]}::text[]))
      and coalesce(d.${sql(id)}, '') <> all(${[...withoutEntities]}::text[])
      and (${model ?? null}::text is null or ${model ?? null} in (d.model, d.model_group))
      and (${hashedTokens === undefined} or d.api_key = any(${[...(hashedTokens ?? [])]}::text[]))
    group by d.api_key
    order by spend desc, d.api_key`
}
