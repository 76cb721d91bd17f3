import { randomUUID } from 'node:crypto'
import type { Json } from '../../types.ts'
import { TABLES } from '../admin-store.ts'
import { ORGANIZATION, OWN_BUDGET } from '../answer-forms.ts'
import { budgetRow, checkBudget, planBudget, withBudgets } from '../budgets/budget-row.ts'
import { nameOf } from '../caller.ts'
import { endpoint } from '../endpoint.ts'
import { metadataAfter } from '../keys/key-fields.ts'
import { planPermission } from '../object-permission.ts'
import { refuse } from '../refuse.ts'
import { getOrganization, newOrganizationBody, shownOrganizations, updateOrganizationBody } from './organization.ts'

/** `PATCH /organization/update`: what is not sent stays; what is said of the budget changes the budget it has. */
export const updateOrganization = endpoint({
  access: 'admin',
  body: updateOrganizationBody,
  stores: [TABLES.budgets],
  async run({ store, caller, body: request, now }) {
    const id = request.organization_id
    const before = await getOrganization(store, id)
    const refusal = checkBudget(request, now)
    if (refusal) throw refusal
    const by = nameOf(caller)
    const budget = planBudget(request, before.budget_id, by, now)
    const permission = planPermission(request.object_permission, before.object_permission_id)
    const asked: Json = { ...request, ...(request.metadata === null && { metadata: {} }) }
    const metadata = metadataAfter(asked, before.metadata as Json, () => true)
    const set: Json = {
      ...(request.organization_alias && { organization_alias: request.organization_alias }),
      ...(request.models !== undefined && { models: request.models ?? [] }),
      ...(typeof request.spend === 'number' && { spend: request.spend }),
      ...(metadata && { metadata }),
      ...(budget.id !== undefined && { budget_id: budget.id }),
      ...(permission.id && { object_permission_id: permission.id }),
      updated_at: now.toISOString(),
      updated_by: by,
    }
    const [[row]] = (await store.write({
      guard: { table: TABLES.organizations, id: { organization_id: id } },
      steps: [
        { kind: 'update', table: TABLES.organizations, rows: [{ id: { organization_id: id }, set }] },
        ...budget.steps,
        ...permission.steps,
      ],
      audit: [{ action: 'updated', table: TABLES.organizations, id, before, after: request }],
      forget: '*',
    })) as [[Json]]
    return (await shownOrganizations(store, [row]))[0]
  },
})

/** `POST /organization/new`: always with a budget, of its own or one that is there already. */
export const newOrganization = endpoint({
  access: 'anyone',
  body: newOrganizationBody,
  stores: [TABLES.budgets],
  async run({ store, caller, body: request, now }) {
    if (!caller.admin) {
      throw refuse(401, `Only proxy admins can create new organizations. You are ${caller.role ?? 'None'}`, {
        type: 'auth_error',
        param: 'user_role',
      })
    }
    const refusal = checkBudget(request, now)
    if (refusal) throw refusal
    const by = nameOf(caller)
    const planned = planBudget(request, undefined, by, now)
    const unlimited = planned.id === undefined ? budgetRow({}, by, now) : undefined
    const permission = planPermission(request.object_permission)
    const id = request.organization_id ?? randomUUID()
    const asked: Json = request
    const row = {
      organization_id: id,
      organization_alias: request.organization_alias,
      budget_id: planned.id ?? unlimited?.budget_id,
      metadata: metadataAfter({ ...asked, metadata: request.metadata ?? {} }, {}, () => true) ?? {},
      models: request.models ?? [],
      spend: 0,
      object_permission_id: permission.id ?? null,
      created_at: now.toISOString(),
      created_by: by,
      updated_at: now.toISOString(),
      updated_by: by,
    }
    const [[written]] = (await store.write({
      steps: [
        { kind: 'insert', table: TABLES.organizations, rows: [row] },
        ...planned.steps,
        { kind: 'insert', table: TABLES.budgets, rows: unlimited ? [unlimited] : [] },
        ...permission.steps,
      ],
      audit: [{ action: 'created', table: TABLES.organizations, id, after: row }],
      forget: [],
    })) as [[Json]]
    return (await withBudgets(store, [written], ORGANIZATION, OWN_BUDGET))[0]
  },
})
