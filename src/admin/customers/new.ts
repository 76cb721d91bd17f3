import type { Json } from '../../types.ts'
import { checkBudget } from '../budgets/check-budget.ts'
import { planBudget } from '../budgets/plan-budget.ts'
import { nameOf } from '../caller.ts'
import { isDuplicate } from '../database-refusal.ts'
import { endpoint } from '../endpoint.ts'
import { planPermission } from '../object-permission.ts'
import { refuse } from '../refuse.ts'
import { TABLES } from '../tables.ts'
import { customerBody } from './customer-fields.ts'
import { checkDefaultModel, shownCustomer } from './get-customer.ts'

/** `POST /customer/new`: an end user, with a budget of its own or one that is there already. */
export const newCustomer = endpoint({
  access: 'admin',
  body: customerBody,
  stores: [TABLES.customers, TABLES.budgets],
  async run({ store, settings, caller, body: request, now }) {
    const refusal = checkBudget(request, now)
    if (refusal) throw refusal
    checkDefaultModel(request.default_model, settings)
    const id = request.user_id
    const budget = planBudget(request, undefined, nameOf(caller), now)
    const permission = planPermission(request.object_permission)
    const row = {
      user_id: id,
      alias: request.alias ?? null,
      spend: request.spend ?? 0,
      allowed_model_region: request.allowed_model_region ?? null,
      default_model: request.default_model ?? null,
      budget_id: budget.id ?? null,
      blocked: request.blocked ?? false,
      object_permission_id: permission.id ?? null,
    }
    try {
      const [[written]] = (await store.write({
        steps: [{ kind: 'insert', table: TABLES.customers, rows: [row] }, ...budget.steps, ...permission.steps],
        audit: [{ action: 'created', table: TABLES.customers, id, after: row }],
        forget: [id],
      })) as [[Json]]
      return await shownCustomer(store, written)
    } catch (error) {
      if (!isDuplicate(error)) throw error
      throw refuse(400, `Customer already exists, passed user_id=${id}. Please pass a new user_id.`, {
        type: 'bad_request',
        param: 'user_id',
      })
    }
  },
})
