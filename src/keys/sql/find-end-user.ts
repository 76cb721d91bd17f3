import type { Sql } from 'postgres'
import type { Schema } from '../../database/schema.ts'
import type { KeyBudgetRow } from '../joined-columns.ts'
import type { FindKeyOptions } from './find-key.ts'

export interface EndUserRow {
  readonly end_user: { readonly user_id?: unknown; readonly spend?: unknown; readonly blocked?: unknown }
  readonly budget: KeyBudgetRow | null
}

/** One end user with its budget tier, or with the default tier when it has none. */
export async function findEndUser(
  sql: Sql,
  schema: Schema,
  endUserId: string,
  defaultBudgetId: string | undefined,
  { prepare = true, signal }: FindKeyOptions = {},
): Promise<EndUserRow | undefined> {
  if (!schema.has('LiteLLM_EndUserTable')) return undefined
  const query = sql.unsafe<EndUserRow[]>(textFor(schema), [endUserId, defaultBudgetId ?? null], { prepare })
  signal?.addEventListener('abort', () => query.cancel(), { once: true })
  const [row] = await query
  return row
}

/** Not in databases of before September 2026. */
function textFor(schema: Schema): string {
  const tpd = schema.get('LiteLLM_BudgetTable')?.columns.has('tpd_limit') ? ', b.tpd_limit' : ''
  return `
  select
    (select to_jsonb(r) from (select e.user_id, e.spend, e.blocked) as r) as end_user,
    (
      select to_jsonb(r)
      from (
        select b.max_budget, b.rpm_limit, b.tpm_limit, b.max_parallel_requests, b.model_max_budget${tpd}
        from "LiteLLM_BudgetTable" as b
        where b.budget_id = coalesce(e.budget_id, $2)
      ) as r
    ) as budget
  from "LiteLLM_EndUserTable" as e
  where e.user_id = $1`
}
