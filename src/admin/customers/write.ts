import { durationEnd } from '../../admission/facts/budget-duration.ts'
import type { Json } from '../../types.ts'
import { TABLES } from '../admin-store.ts'
import { checkBudget, planBudget } from '../budgets/budget-row.ts'
import { nameOf } from '../caller.ts'
import { endpoint } from '../endpoint.ts'
import { planPermission } from '../object-permission.ts'
import { isDuplicate, refuse } from '../refuse.ts'
import { checkDefaultModel, customerBody, getCustomer, shownCustomer } from './customer.ts'

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

/** The budget of a new customer ends a whole duration from now: LiteLLM rounds the ends of all others to the day. */
function withReset<T extends Json>(request: T, now: Date): T {
  const { budget_duration: duration, budget_reset_at: at } = request
  if (typeof duration !== 'string' || at !== undefined) return request
  return { ...request, budget_reset_at: durationEnd(duration, now)?.toISOString() }
}

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
    const budget = planBudget(withReset(request, now), undefined, nameOf(caller), now)
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
