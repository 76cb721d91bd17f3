import type { Json } from '../../types.ts'
import { answerRow } from '../answer-row.ts'
import { nameOf } from '../caller.ts'
import { endpoint } from '../endpoint.ts'
import { refuseDict } from '../refuse.ts'
import { TABLES } from '../tables.ts'
import { budgetBody, budgetFields } from './budget-fields.ts'
import { budgetPatch } from './budget-row.ts'
import { checkBudget } from './check-budget.ts'
import { getBudget } from './get-budget.ts'

/** `POST /budget/update`: for everybody who has this budget. What is not sent stays, null clears. */
export const updateBudget = endpoint({
  access: 'admin',
  body: budgetBody,
  stores: [TABLES.budgets],
  async run({ store, caller, body: request, now }) {
    const { budget_id: id } = request
    if (!id) throw refuseDict(400, 'budget_id is required')
    const refusal = checkBudget(request, now)
    if (refusal) throw refusal
    const before = await getBudget(store, id)
    const asked = Object.entries(request).filter(
      ([name, value]) => Object.hasOwn(budgetFields, name) && value !== undefined,
    )
    const set = budgetPatch(Object.fromEntries(asked), nameOf(caller), now)
    const [[row]] = (await store.write({
      guard: { table: TABLES.budgets, id: { budget_id: id } },
      steps: [{ kind: 'update', table: TABLES.budgets, rows: [{ id: { budget_id: id }, set }] }],
      audit: [{ action: 'updated', table: TABLES.budgets, id, before, after: set }],
      forget: '*',
    })) as [[Json]]
    return answerRow(row)
  },
})
