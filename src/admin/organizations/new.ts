import { randomUUID } from 'node:crypto'
import type { Json } from '../../types.ts'
import { budgetRow } from '../budgets/budget-row.ts'
import { checkBudget } from '../budgets/check-budget.ts'
import { withBudget } from '../budgets/get-budget.ts'
import { planBudget } from '../budgets/plan-budget.ts'
import { nameOf } from '../caller.ts'
import { endpoint } from '../endpoint.ts'
import { metadataAfter } from '../keys/key-metadata.ts'
import { planPermission } from '../object-permission.ts'
import { refuse } from '../refuse.ts'
import { TABLES } from '../tables.ts'
import { newOrganizationBody } from './organization-fields.ts'

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
    return await withBudget(store, written)
  },
})
