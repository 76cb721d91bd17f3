import type { Step } from '../../litellm/changes.ts'
import type { Json } from '../../types.ts'
import { TABLES } from '../tables.ts'
import { budgetPart } from './budget-fields.ts'
import { budgetPatch, budgetRow } from './budget-row.ts'

export interface BudgetPlan {
  /** The budget to link; `undefined` when the request says nothing of one. */
  readonly id: unknown
  readonly steps: readonly Step[]
}

/**
 * The budget of an owner that has it in a table of its own: the one the request names, else the linked one with what
 * the request says now, else a new one when the request says anything.
 */
export function planBudget(request: Json, linked: unknown, by: string, now: Date): BudgetPlan {
  if (typeof request.budget_id === 'string' && request.budget_id !== linked) return { id: request.budget_id, steps: [] }
  const part = budgetPart(request)
  if (!part) return { id: undefined, steps: [] }
  if (typeof linked === 'string') {
    const rows = [{ id: { budget_id: linked }, set: budgetPatch(part, by, now) }]
    return { id: undefined, steps: [{ kind: 'update', table: TABLES.budgets, rows }] }
  }
  const row = budgetRow(part, by, now)
  return { id: row.budget_id, steps: [{ kind: 'insert', table: TABLES.budgets, rows: [row] }] }
}
