import type { Sql } from 'postgres'

/** Sums of one day for one value of one dimension and one key. */
export interface ActivityRow {
  readonly date: string
  readonly dimension: Dimension
  /** '' for the dimension `total`. */
  readonly name: string
  readonly api_key: string
  readonly spend: number
  readonly prompt_tokens: number
  readonly completion_tokens: number
  readonly cache_read_input_tokens: number
  readonly cache_creation_input_tokens: number
  readonly api_requests: number
  readonly successful_requests: number
  readonly failed_requests: number
  readonly total_response_time_ms: number
  readonly timed_requests: number
}

/** LiteLLM's names of what activity is broken down by. */
export type Dimension = 'total' | 'models' | 'model_groups' | 'providers' | 'endpoints' | 'mcp_servers' | 'entities'

export interface ActivityFilter {
  /** One of the daily tables. */
  readonly table: string
  /** Its column that names the entity. */
  readonly id: string
  /** Days, both included. */
  readonly from: string
  readonly to: string
  /** Only these entities; absent: all. */
  readonly entities?: readonly string[]
  readonly model?: string
  readonly hashedToken?: string
  /** Columns that older versions of LiteLLM lack. */
  readonly hasTimes: boolean
  readonly hasEndpoint: boolean
}

/** Daily sums by day, dimension, value and key: one read of the days, whatever is asked of them. */
export async function dailyActivity(sql: Sql, filter: ActivityFilter): Promise<readonly ActivityRow[]> {
  const { table, id, from, to, entities, model, hashedToken, hasTimes, hasEndpoint } = filter
  const endpoint = hasEndpoint ? sql`d.endpoint` : sql`null`
  return await sql<ActivityRow[]>`
    select
      d.date,
      k.dimension,
      coalesce(k.name, '') as name,
      d.api_key,
      sum(d.spend)::float8 as spend,
      sum(d.prompt_tokens)::float8 as prompt_tokens,
      sum(d.completion_tokens)::float8 as completion_tokens,
      sum(d.cache_read_input_tokens)::float8 as cache_read_input_tokens,
      sum(d.cache_creation_input_tokens)::float8 as cache_creation_input_tokens,
      sum(d.api_requests)::float8 as api_requests,
      sum(d.successful_requests)::float8 as successful_requests,
      sum(d.failed_requests)::float8 as failed_requests,
      ${hasTimes ? sql`sum(d.total_response_time_ms)::float8` : 0} as total_response_time_ms,
      ${hasTimes ? sql`sum(d.timed_requests)::float8` : 0} as timed_requests
    from ${sql(table)} as d
    cross join lateral (
      values
        ('total', ''),
        ('models', d.model),
        ('model_groups', d.model_group),
        ('providers', d.custom_llm_provider),
        ('endpoints', ${endpoint}),
        ('mcp_servers', d.mcp_namespaced_tool_name),
        ('entities', d.${sql(id)})
    ) as k (dimension, name)
    where d.date between ${from} and ${to}
      and (${entities === undefined} or d.${sql(id)} = any(${[...(entities ?? [])]}::text[]))
      and (${model ?? null}::text is null or d.model = ${model ?? null} or d.model_group = ${model ?? null})
      and (${hashedToken ?? null}::text is null or d.api_key = ${hashedToken ?? null})
      and (k.dimension = 'total' or coalesce(k.name, '') <> '')
    group by d.date, k.dimension, k.name, d.api_key
    order by d.date desc`
}
