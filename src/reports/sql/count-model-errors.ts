import type { Sql } from 'postgres'
import type { Span } from '../closed-days.ts'

export interface ModelErrors {
  readonly model: string
  /** How many kinds of exceptions there were: LiteLLM's figure. */
  readonly total_exceptions: number
  readonly counts: Readonly<Record<string, number>>
}

/** How often calls of a model group have failed, by deployment and LiteLLM's class, from LiteLLM's log of errors. */
export async function countModelErrors(
  sql: Sql,
  modelGroup: string,
  { from, to }: Span,
): Promise<readonly ModelErrors[]> {
  return await sql<ModelErrors[]>`
    select e.model, count(*)::int as total_exceptions, jsonb_object_agg(e.exception_type, e.count) as counts
    from (
      select
        case e.api_base when '' then e.litellm_model_name else e.litellm_model_name || '-' || e.api_base end as model,
        e.exception_type,
        count(*)::int as count
      from "LiteLLM_ErrorLogs" as e
      where e."startTime" >= ${from}::text::timestamp
        and e."endTime" <= ${to}::text::timestamp
        and e.model_group = ${modelGroup}
      group by 1, 2
    ) as e
    group by e.model
    order by total_exceptions desc, e.model
    limit 200`
}
