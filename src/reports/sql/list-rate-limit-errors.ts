import type { Sql } from 'postgres'

export interface RateLimitErrors {
  readonly api_base: string
  readonly date: string
  readonly count: number
}

/** How often calls of a model group have failed with 429, by day and address, from LiteLLM's log of errors. */
export async function listRateLimitErrors(
  sql: Sql,
  { from, to }: { readonly from: string; readonly to: string },
  modelGroup: string,
): Promise<readonly RateLimitErrors[]> {
  return await sql<RateLimitErrors[]>`
    select e.api_base, e."startTime"::date::text as date, count(*)::int as count
    from "LiteLLM_ErrorLogs" as e
    where e."startTime" >= ${from}::text::timestamp
      and e."startTime" < ${to}::text::timestamp + interval '1 day'
      and e.model_group = ${modelGroup}
      and e.status_code = '429'
    group by 1, 2
    order by 2, 1`
}
