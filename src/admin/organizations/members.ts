import type { z } from 'zod'
import type { Json } from '../../types.ts'
import { TABLES } from '../admin-store.ts'
import { MEMBER_USER, ORGANIZATION_MEMBERSHIP } from '../answer-forms.ts'
import { answered } from '../answers.ts'
import { budgetRow, planBudget } from '../budgets/budget-row.ts'
import { nameOf } from '../caller.ts'
import { type AdminCall, endpoint } from '../endpoint.ts'
import { checkAmounts } from '../keys/key-limits.ts'
import { refuseDict } from '../refuse.ts'
import { findUser } from '../teams/member-add.ts'
import { memberUser } from '../users/user-row.ts'
import { addMembersBody, checkRunsOrganization, findMembership, getOrganization, memberBody } from './organization.ts'

/** `POST /organization/member_add`: one member or several; users that do not exist are made. */
export const addOrganizationMembers = endpoint({
  access: 'anyone',
  body: addMembersBody,
  async run({ store, settings, caller, body: request, now, route }) {
    const { organization_id: id, max_budget_in_organization: max } = request
    const refusal = (await checkRunsOrganization(store, caller, id, route)) ?? checkAmounts({ max_budget: max })
    if (refusal) throw refusal
    await getOrganization(store, id)
    const created: Json[] = []
    const budgets: Json[] = []
    const rows: Json[] = []
    for (const person of request.member) {
      const found = await findUser(store, person)
      const user = found ?? memberUser(person, [], settings, now)
      if (!found) created.push(user)
      if (await findMembership(store, id, String(user.user_id))) {
        throw refuseDict(400, `User already in organization. user_id=${user.user_id}, organization_id=${id}`)
      }
      const budget = typeof max === 'number' ? budgetRow({ max_budget: max }, nameOf(caller), now) : undefined
      if (budget) budgets.push(budget)
      rows.push({
        user_id: user.user_id,
        organization_id: id,
        user_role: person.role,
        budget_id: budget?.budget_id ?? null,
        created_at: now.toISOString(),
        updated_at: now.toISOString(),
      })
    }
    const [memberships] = (await store.write({
      steps: [
        { kind: 'insert', table: TABLES.organizationMemberships, rows },
        { kind: 'insert', table: TABLES.users, rows: created },
        { kind: 'insert', table: TABLES.budgets, rows: budgets },
      ],
      audit: [{ action: 'updated', table: TABLES.organizations, id, after: { members: rows } }],
      forget: '*',
    })) as [Json[]]
    const users = await store.find(
      TABLES.users,
      'user_id',
      rows.map((row) => String(row.user_id)),
    )
    return {
      organization_id: id,
      updated_users: users.map((user) => answered(MEMBER_USER, user)),
      updated_organization_memberships: memberships.map((row) => answered(ORGANIZATION_MEMBERSHIP, row)),
    }
  },
})

/** `PATCH /organization/member_update`: the role of a member, and its budget within the organization. */
export const updateOrganizationMember = endpoint({
  access: 'anyone',
  body: memberBody,
  async run(call) {
    const { store, caller, body: request, now } = call
    const before = await getMembership(call)
    const refusal = checkAmounts({ max_budget: request.max_budget_in_organization })
    if (refusal) throw refusal
    const budget = planBudget({ max_budget: request.max_budget_in_organization }, before.budget_id, nameOf(caller), now)
    const id = { user_id: before.user_id, organization_id: request.organization_id }
    const set = {
      ...(request.role && { user_role: request.role }),
      ...(budget.id !== undefined && { budget_id: budget.id }),
      updated_at: now.toISOString(),
    }
    const [[row]] = (await store.write({
      guard: { table: TABLES.organizationMemberships, id },
      steps: [{ kind: 'update', table: TABLES.organizationMemberships, rows: [{ id, set }] }, ...budget.steps],
      audit: [
        { action: 'updated', table: TABLES.organizations, id: request.organization_id, before, after: { ...request } },
      ],
      forget: '*',
    })) as [[Json]]
    return answered(ORGANIZATION_MEMBERSHIP, row)
  },
})

/** `DELETE /organization/member_delete`. The user stays. */
export const deleteOrganizationMember = endpoint({
  access: 'anyone',
  body: memberBody,
  async run(call) {
    const { store, body: request } = call
    const before = await getMembership(call)
    const id = { user_id: before.user_id, organization_id: request.organization_id }
    await store.write({
      steps: [{ kind: 'delete', table: TABLES.organizationMemberships, rows: [{ id }] }],
      audit: [
        {
          action: 'updated',
          table: TABLES.organizations,
          id: request.organization_id,
          before,
          after: { member: null },
        },
      ],
      forget: '*',
    })
    return answered(ORGANIZATION_MEMBERSHIP, before)
  },
})

/** The membership that a request names, for a caller who runs the organization. */
async function getMembership({ store, caller, body, route }: AdminCall<z.output<typeof memberBody>>): Promise<Json> {
  const { organization_id: id } = body
  const refusal = await checkRunsOrganization(store, caller, id, route)
  if (refusal) throw refusal
  await getOrganization(store, id)
  const user = await findUser(store, body)
  const membership = user && (await findMembership(store, id, String(user.user_id)))
  if (membership) return membership
  const named = body.user_id ? `user_id=${body.user_id}` : `user_email=${body.user_email}`
  throw refuseDict(404, `Member not found in organization, passed ${named}`)
}
