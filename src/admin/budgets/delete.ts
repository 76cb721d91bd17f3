import { z } from 'zod'
import type { Json } from '../../types.ts'
import { answerRow } from '../answer-row.ts'
import { endpoint } from '../endpoint.ts'
import { needed } from '../fields.ts'
import { refuseDict } from '../refuse.ts'
import { TABLES } from '../tables.ts'
import { getBudget } from './get-budget.ts'

const LINKED = [TABLES.keys, TABLES.customers, TABLES.tags, TABLES.memberships, TABLES.organizationMemberships]

/** `POST /budget/delete`: whoever had it has none then. An organization cannot be without one. */
export const deleteBudget = endpoint({
  access: 'admin',
  body: z.looseObject({ id: needed.text }),
  async run({ store, body: { id } }) {
    const before = await getBudget(store, id)
    const [organization] = await store.find(TABLES.organizations, 'budget_id', [id])
    if (organization) {
      throw refuseDict(400, `Budget ${id} belongs to organization ${organization.organization_id}.`)
    }
    const byBudget = [{ id: { budget_id: id }, set: { budget_id: null } }]
    const rows = await store.write({
      guard: { table: TABLES.budgets, id: { budget_id: id } },
      steps: [
        // Not every database has the foreign keys that would do it.
        ...LINKED.map((table) => ({ kind: 'update' as const, table, rows: byBudget })),
        { kind: 'delete', table: TABLES.budgets, rows: [{ id: { budget_id: id } }] },
      ],
      audit: [{ action: 'deleted', table: TABLES.budgets, id, before }],
      forget: '*',
    })
    return answerRow((rows.at(-1) as readonly [Json])[0])
  },
})
