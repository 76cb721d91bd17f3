import type { Json } from '../../types.ts'
import type { AdminStore } from '../admin-store.ts'
import { answerRow } from '../answer-row.ts'
import { refuseDict } from '../refuse.ts'
import { TABLES } from '../tables.ts'

export async function getBudget(store: AdminStore, id: string): Promise<Json> {
  const budget = await store.one(TABLES.budgets, 'budget_id', id)
  if (!budget) throw refuseDict(404, `Budget not found, passed budget_id=${id}`)
  return budget
}

/** Rows with the budgets they are linked to, as LiteLLM shows them. */
export async function withBudgets(store: AdminStore, rows: readonly Json[]): Promise<readonly Json[]> {
  const budgets = await store.find(
    TABLES.budgets,
    'budget_id',
    rows.map((row) => row.budget_id as string | null),
  )
  return rows.map((row) => {
    const budget = budgets.find((found) => found.budget_id === row.budget_id)
    return { ...answerRow(row), litellm_budget_table: budget ? answerRow(budget) : null }
  })
}

/** One row with its budget. */
export async function withBudget(store: AdminStore, row: Json): Promise<Json> {
  return (await withBudgets(store, [row]))[0]!
}
