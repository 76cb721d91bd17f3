import type { Json } from '../../types.ts'
import { checkBudget } from '../budgets/check-budget.ts'
import { planBudget } from '../budgets/plan-budget.ts'
import { nameOf } from '../caller.ts'
import { endpoint } from '../endpoint.ts'
import { metadataAfter } from '../keys/key-metadata.ts'
import { planPermission } from '../object-permission.ts'
import { TABLES } from '../tables.ts'
import { getOrganization, shownOrganizations } from './get-organization.ts'
import { updateOrganizationBody } from './organization-fields.ts'

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
