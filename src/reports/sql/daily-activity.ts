import type { Sql } from 'postgres'

/** A row of a daily table: sums of a day for one combination of key, model, provider, endpoint, tool and entity. */
export interface ActivityRow extends ActivitySums {
  readonly date: string
  readonly api_key: string
  readonly models: string | null
  readonly model_groups: string | null
  readonly providers: string | null
  readonly endpoints: string | null
  readonly mcp_servers: string | null
  /** Several of a call with several tags. */
  readonly entities: string | readonly string[] | null
}

export interface ActivitySums {
  readonly spend: number
  readonly prompt_tokens: number
  readonly completion_tokens: number
  readonly cache_read_input_tokens: number
  readonly cache_creation_input_tokens: number
  readonly successful_requests: number
  readonly failed_requests: number
  readonly api_requests: number
  /** Where the database has them. */
  readonly total_response_time_ms?: number
  readonly timed_requests?: number
  readonly compression_saved_tokens?: number
  readonly compression_savings_spend?: number
  readonly prompt_caching_savings_spend?: number
  readonly gateway_injected_caching_savings_spend?: number
  readonly autorouter_savings_spend?: number
}

/** Columns of sums that every version of the daily tables has. */
const SUMS = [
  ...([
    'spend',
    'prompt_tokens',
    'completion_tokens',
    'cache_read_input_tokens',
    'cache_creation_input_tokens',
  ] as const),
  ...(['successful_requests', 'failed_requests', 'api_requests'] as const),
] satisfies (keyof ActivitySums)[]

/** Those that came later. */
const LATE_SUMS = [
  ...(['total_response_time_ms', 'timed_requests', 'compression_saved_tokens', 'compression_savings_spend'] as const),
  ...(['prompt_caching_savings_spend', 'gateway_injected_caching_savings_spend', 'autorouter_savings_spend'] as const),
] satisfies (keyof ActivitySums)[]

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
  readonly withoutEntities?: readonly string[]
  readonly model?: string
  readonly hashedTokens?: readonly string[]
}

/**
 * The rows of these days, in no order: the table keeps one for each combination, so there is nothing to add up here. `has`: whether this database has a
 * column of the table.
 */
export async function dailyActivity(
  sql: Sql,
  { table, id, from, to, entities, withoutEntities = [], model, hashedTokens }: ActivityFilter,
  has: (column: string) => boolean,
): Promise<readonly ActivityRow[]> {
  const sums = [...SUMS, ...LATE_SUMS.filter(has)].map((name) => sql`, d.${sql(name)}::float8 as ${sql(name)}`)
  return await sql<ActivityRow[]>`
    select
      d.date,
      d.api_key,
      d.model as models,
      coalesce(nullif(d.model_group, ''), d.model) as model_groups,
      coalesce(nullif(d.custom_llm_provider, ''), 'unknown') as providers,
      ${has('endpoint') ? sql`d.endpoint` : sql`null`} as endpoints,
      d.mcp_namespaced_tool_name as mcp_servers,
      d.${sql(id)} as entities
      ${sums}
    from ${sql(table)} as d
    where d.date between ${from} and ${to}
      and (${entities === undefined} or d.${sql(id)} = any(${[...(entities ?? [])]}::text[]))
      and coalesce(d.${sql(id)}, '') <> all(${[...withoutEntities]}::text[])
      and (${model ?? null}::text is null or ${model ?? null} in (d.model, d.model_group))
      and (${hashedTokens === undefined} or d.api_key = any(${[...(hashedTokens ?? [])]}::text[]))`
}
