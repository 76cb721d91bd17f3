import type { Json } from '../../types.ts'
import { checkBudget } from '../budgets/check-budget.ts'
import { planBudget } from '../budgets/plan-budget.ts'
import { nameOf } from '../caller.ts'
import { endpoint } from '../endpoint.ts'
import { planPermission } from '../object-permission.ts'
import { TABLES } from '../tables.ts'
import { customerBody } from './customer-fields.ts'
import { checkDefaultModel, getCustomer, shownCustomer } from './get-customer.ts'

const COLUMNS = ['alias', 'blocked', 'spend', 'allowed_model_region', 'default_model'] as const

/** `POST /customer/update`: what is not sent, or null, stays. */
export const updateCustomer = endpoint({
  access: 'admin',
  body: customerBody,
  stores: [TABLES.customers, TABLES.budgets],
  async run({ store, settings, caller, body: request, now }) {
    const id = request.user_id
    const before = await getCustomer(store, id, 'user_id')
    const refusal = checkBudget(request, now)
    if (refusal) throw refusal
    checkDefaultModel(request.default_model, settings)
    const budget = planBudget(request, before.budget_id, nameOf(caller), now)
    const permission = planPermission(request.object_permission, before.object_permission_id)
    const given = COLUMNS.filter((name) => request[name] !== undefined && request[name] !== null)
    const set: Json = {
      ...Object.fromEntries(given.map((name) => [name, request[name]])),
      ...(budget.id !== undefined && { budget_id: budget.id }),
      ...(permission.id && { object_permission_id: permission.id }),
    }
    const [[row]] = (await store.write({
      guard: { table: TABLES.customers, id: { user_id: id } },
      steps: [
        { kind: 'update', table: TABLES.customers, rows: [{ id: { user_id: id }, set }] },
        ...budget.steps,
        ...permission.steps,
      ],
      audit: [{ action: 'updated', table: TABLES.customers, id, before, after: request }],
      forget: '*',
    })) as [[Json]]
    return await shownCustomer(store, row)
  },
})
