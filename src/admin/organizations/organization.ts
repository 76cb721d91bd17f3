import { z } from 'zod'
import type { LiteLLMError } from '../../errors.ts'
import type { Json } from '../../types.ts'
import { type AdminStore, TABLES } from '../admin-store.ts'
import { ORGANIZATION_INFO, ORGANIZATION_MEMBERSHIP, OWN_BUDGET, TEAM } from '../answer-forms.ts'
import { answered } from '../answers.ts'
import { budgetFields, withBudgets } from '../budgets/budget-row.ts'
import type { Caller } from '../caller.ts'
import { dict, id, money, needed, text, texts } from '../endpoint.ts'
import { refuse, refuseDict } from '../refuse.ts'
import { shownMembers } from '../teams/info.ts'

const fields = {
  ...budgetFields,
  organization_id: id,
  organization_alias: text,
  models: texts,
  metadata: dict,
  tags: texts,
  model_rpm_limit: dict,
  model_tpm_limit: dict,
  spend: money,
  object_permission: dict,
}

/** What a request may say about an organization. */
export const newOrganizationBody = z.looseObject({ ...fields, organization_alias: needed.text })

export const updateOrganizationBody = z.looseObject({ ...fields, organization_id: needed.text })

const ORGANIZATION_ROLES = ['org_admin', 'internal_user', 'internal_user_viewer'] as const

const member = z
  .looseObject({ user_id: text, user_email: text, role: z.enum(ORGANIZATION_ROLES) })
  .refine((person) => person.user_id || person.user_email, { message: 'Either user id or user email must be provided' })

export const addMembersBody = z.looseObject({
  organization_id: needed.text,
  member: z.union([z.array(member), member]).transform((one) => [one].flat()),
  max_budget_in_organization: money,
})

export const memberBody = z.looseObject({
  organization_id: needed.text,
  user_id: text,
  user_email: text,
  role: z.enum(ORGANIZATION_ROLES).nullish(),
  max_budget_in_organization: money,
})

export async function getOrganization(store: AdminStore, id: string): Promise<Json> {
  const organization = await store.one(TABLES.organizations, 'organization_id', id)
  if (organization) return organization
  throw refuseDict(404, `Organization not found for organization_id=${id}`)
}

/** Organizations with their budgets, members and teams. */
export async function shownOrganizations(store: AdminStore, rows: readonly Json[]): Promise<readonly Json[]> {
  const ids = rows.map((row) => String(row.organization_id))
  const found = await store.find(TABLES.organizationMemberships, 'organization_id', ids)
  const memberships = await withBudgets(store, found, ORGANIZATION_MEMBERSHIP, OWN_BUDGET)
  const teams = await store.find(TABLES.teams, 'organization_id', ids)
  return (await withBudgets(store, rows, ORGANIZATION_INFO, OWN_BUDGET)).map((row) => ({
    ...row,
    members: memberships.filter((membership) => membership.organization_id === row.organization_id),
    teams: teams
      .filter((team) => team.organization_id === row.organization_id)
      .map((team) => answered(TEAM, team, { members_with_roles: shownMembers(team) })),
  }))
}

/** Why the caller may not change who is in an organization, or `undefined`. */
export async function checkRunsOrganization(
  store: AdminStore,
  caller: Caller,
  id: string,
  route: string,
): Promise<LiteLLMError | undefined> {
  if (caller.admin) return undefined
  const membership = caller.userId === undefined ? undefined : await findMembership(store, id, caller.userId)
  if (!membership) {
    return refuse(
      401,
      `You do not have a role within the selected organization. Passed organization_id: ${id}. ` +
        'Please contact the organization admin to request access.',
      { type: 'auth_error', param: 'organization_id' },
    )
  }
  const { user_role: role } = membership
  if (role === 'org_admin') return undefined
  return refuse(
    401,
    `You do not have the required role to perform ${route} in Organization ${id}. Your role is ${role ?? 'None'} in Organization ${id}`,
    { type: 'auth_error', param: 'user_role' },
  )
}

/** The row of somebody's membership. */
export async function findMembership(store: AdminStore, id: string, userId: string): Promise<Json | undefined> {
  const rows = await store.find(TABLES.organizationMemberships, 'user_id', [userId])
  return rows.find((row) => row.organization_id === id)
}
