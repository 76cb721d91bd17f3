import type { Sql } from 'postgres'

/** Columns that sums are told by. `entity` is the one that names the user, team, tag, customer … of the table. */
export type SumBy = 'date' | 'api_key' | 'model' | 'model_group' | 'custom_llm_provider' | 'entity'

/** Sums of one combination of those columns; the others are absent. */
export interface DailySum {
  readonly date: string
  readonly api_key: string
  readonly model: string | null
  readonly model_group: string | null
  readonly custom_llm_provider: string | null
  readonly entity: string | null
  readonly spend: number
  readonly prompt_tokens: number
  readonly completion_tokens: number
  readonly api_requests: number
  readonly successful_requests: number
  readonly failed_requests: number
}

export interface DailySumFilter {
  /** One of the daily tables, and its column that names the entity. */
  readonly table: string
  readonly id: string
  /** Days, both included; absent: all. */
  readonly from?: string
  readonly to?: string
  readonly entities?: readonly string[]
  readonly hashedTokens?: readonly string[]
}

/** What the days of a daily table add up to, by these columns and in their order. */
export async function sumDaily<By extends SumBy>(
  sql: Sql,
  { table, id, from = '', to = '9999', entities, hashedTokens }: DailySumFilter,
  by: readonly By[],
): Promise<readonly Pick<DailySum, By | Exclude<keyof DailySum, SumBy>>[]> {
  const columns = by.map((name: SumBy) =>
    name === 'entity' ? sql`d.${sql(id)} as entity,` : sql`d.${sql(name as string)},`,
  )
  const places = sql.unsafe(by.map((_, at) => at + 1).join(', '))
  return (await sql`
    select
      ${columns.length > 0 ? columns : sql``}
      coalesce(sum(d.spend), 0)::float8 as spend,
      coalesce(sum(d.prompt_tokens), 0)::float8 as prompt_tokens,
      coalesce(sum(d.completion_tokens), 0)::float8 as completion_tokens,
      coalesce(sum(d.api_requests), 0)::float8 as api_requests,
      coalesce(sum(d.successful_requests), 0)::float8 as successful_requests,
      coalesce(sum(d.failed_requests), 0)::float8 as failed_requests
    from ${sql(table)} as d
    where d.date between ${from} and ${to}
      and (${entities === undefined} or d.${sql(id)} = any(${[...(entities ?? [])]}::text[]))
      and (${hashedTokens === undefined} or d.api_key = any(${[...(hashedTokens ?? [])]}::text[]))
    ${by.length === 0 ? sql`` : sql`group by ${places} order by ${places}`}`) as never
}
