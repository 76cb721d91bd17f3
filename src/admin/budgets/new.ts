import type { Json } from '../../types.ts'
import { answerRow } from '../answer-row.ts'
import { nameOf } from '../caller.ts'
import { isDuplicate } from '../database-refusal.ts'
import { endpoint } from '../endpoint.ts'
import { refuseDict } from '../refuse.ts'
import { TABLES } from '../tables.ts'
import { budgetBody } from './budget-fields.ts'
import { budgetRow } from './budget-row.ts'
import { checkBudget } from './check-budget.ts'

/** `POST /budget/new`: a budget that keys, customers, organizations, tags and members can share. */
export const newBudget = endpoint({
  access: 'admin',
  body: budgetBody,
  stores: [TABLES.budgets],
  async run({ store, caller, body: request, now }) {
    const refusal = checkBudget(request, now)
    if (refusal) throw refusal
    const row = budgetRow(request, nameOf(caller), now)
    const id = String(row.budget_id)
    try {
      const [[written]] = (await store.write({
        steps: [{ kind: 'insert', table: TABLES.budgets, rows: [row] }],
        audit: [{ action: 'created', table: TABLES.budgets, id, after: row }],
        forget: [],
      })) as [[Json]]
      return answerRow(written)
    } catch (error) {
      if (isDuplicate(error)) throw refuseDict(400, `Budget with id '${id}' already exists.`)
      throw error
    }
  },
})
