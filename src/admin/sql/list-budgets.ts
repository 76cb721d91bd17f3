import type { Sql } from 'postgres'
import { quote } from '../../database/sql/quote.ts'
import type { Json } from '../../types.ts'

export const BUDGET_SORTS = ['budget_id', 'created_at', 'max_budget', 'rpm_limit', 'tpd_limit', 'tpm_limit'] as const

export interface BudgetFilter {
  /** A part of the id, in any case. */
  readonly search?: string
  readonly durations?: readonly string[]
  readonly hasDuration?: boolean
  readonly hasBudget?: boolean
  readonly minBudget?: number
  readonly maxBudget?: number
  readonly createdFrom?: string
  readonly createdTo?: string
}

export interface BudgetPaging {
  readonly sorts: readonly { readonly name: (typeof BUDGET_SORTS)[number]; readonly descending: boolean }[]
  readonly limit: number
  readonly offset: number
}

/** One page of budgets. */
export async function listBudgetPage(
  sql: Sql,
  filter: BudgetFilter,
  { sorts, limit, offset }: BudgetPaging,
): Promise<{ readonly rows: readonly Json[]; readonly total: number }> {
  const order = [
    ...sorts.map(({ name, descending }) => `b.${quote(name)} ${descending ? 'desc' : 'asc'} nulls last`),
    'b.budget_id',
  ]
  const [page] = await sql.unsafe<[{ rows: Json[]; total: number }]>(
    `
    with filter as materialized (select $1::text::jsonb as f),
    found as (
      select b.*
      from "LiteLLM_BudgetTable" as b, filter
      where (not f ? 'search' or strpos(lower(b.budget_id), lower(f ->> 'search')) > 0)
        and (not f ? 'durations' or f -> 'durations' ? b.budget_duration)
        and (not f ? 'hasDuration' or (b.budget_duration is not null) = (f ->> 'hasDuration')::boolean)
        and (not f ? 'hasBudget' or (b.max_budget is not null) = (f ->> 'hasBudget')::boolean)
        and (not f ? 'minBudget' or b.max_budget >= (f ->> 'minBudget')::float8)
        and (not f ? 'maxBudget' or b.max_budget <= (f ->> 'maxBudget')::float8)
        and (not f ? 'createdFrom' or b.created_at >= (f ->> 'createdFrom')::timestamp)
        and (not f ? 'createdTo' or b.created_at <= (f ->> 'createdTo')::timestamp)
    )
    select
      (select count(*)::int from found) as total,
      coalesce(
        (
          select jsonb_agg(to_jsonb(b) order by ${order.join(', ')})
          from (select b.* from found as b order by ${order.join(', ')} limit $2 offset $3) as b
        ),
        '[]'
      ) as rows`,
    [JSON.stringify(filter), limit, offset],
    { prepare: true },
  )
  return page
}
