import type { Sql } from 'postgres'
import type { Entity } from '../../../../database/entities.ts'
import type { Schema } from '../../../../database/schema.ts'
import { quote } from '../../../../database/sql/quote.ts'

export interface BudgetWindow {
  readonly ids: readonly string[]
  readonly budget_duration: string
  readonly budget_reset_at: Date
}

/** LiteLLM's job resets these when it resets the budget that they share; others keep their totals. */
const RESET_BY_BUDGET = new Set(['end_user', 'key', 'team_member'])

/** The entities of one table whose total is reset, by a budget of their own or by a shared one, and when it is next. */
export async function readBudgetWindows(
  sql: Sql,
  { name, table, ids }: Entity,
  schema: Schema,
): Promise<readonly BudgetWindow[]> {
  const columns = schema.get(table)?.columns ?? new Set()
  const sources = [
    ...(columns.has('budget_reset_at') ? ['t'] : []),
    ...(RESET_BY_BUDGET.has(name) && columns.has('budget_id') && schema.has('LiteLLM_BudgetTable') ? ['b'] : []),
  ]
  if (sources.length === 0) return []
  const first = (column: string) => `coalesce(${sources.map((source) => `${source}.${column}`).join(', ')})`
  return await sql.unsafe<BudgetWindow[]>(`
    select
      json_build_array(${ids.map(([column]) => `t.${quote(column)}`).join(', ')}) as ids,
      ${first('budget_duration')} as budget_duration,
      ${first('budget_reset_at')} at time zone 'UTC' as budget_reset_at
    from ${quote(table)} as t
    ${sources.includes('b') ? `left join ${quote('LiteLLM_BudgetTable')} as b using (budget_id)` : ''}
    where ${first('budget_duration')} is not null and ${first('budget_reset_at')} is not null`)
}
