import { pythonList } from '../admission/facts/python-text.ts'
import type { LiteLLMError } from '../errors.ts'
import type { Json } from '../types.ts'
import { type AdminStore, TABLES } from './admin-store.ts'
import { type Caller, isTeamAdmin, memberOf } from './caller.ts'
import { refuse, refuseDict } from './refuse.ts'

/** What every member of a team may do with the team's keys when the team does not say. */
const USUAL = ['/key/info', '/key/health']

/** LiteLLM's permissions for one thing that has two paths. */
const ALSO: Readonly<Record<string, readonly string[]>> = {
  '/key/{key}/regenerate': ['/key/regenerate', '/key/{key_id}/regenerate'],
  '/key/regenerate': ['/key/{key_id}/regenerate'],
}

/** Whether the caller runs this organization. */
export async function isOrganizationAdmin(
  store: AdminStore,
  { userId }: Caller,
  organization: unknown,
): Promise<boolean> {
  if (typeof organization !== 'string' || userId === undefined) return false
  const memberships = await store.find(TABLES.organizationMemberships, 'user_id', [userId])
  return memberships.some((row) => row.organization_id === organization && row.user_role === 'org_admin')
}

/** Why a member of organizations may not make a team for this one; members of none hear nothing here. */
export async function checkTeamOrganization(
  store: AdminStore,
  { userId }: Caller,
  organization: unknown,
  route: string,
): Promise<LiteLLMError | undefined> {
  const memberships = await store.find(TABLES.organizationMemberships, 'user_id', [userId])
  if (memberships.length === 0) return undefined
  if (typeof organization !== 'string') {
    const all = pythonList(memberships.map((row) => String(row.organization_id)))
    return refuse(
      401,
      'Passed organization_id is None, please specify the organization_id in your request. ' +
        `You are part of multiple organizations: ${all}`,
      { type: 'auth_error', param: 'organization_id' },
    )
  }
  const role = memberships.find((row) => row.organization_id === organization)?.user_role
  if (role === 'org_admin') return undefined
  return refuse(
    401,
    `You do not have the required role to call ${route}. Your role is ${role ?? 'None'} in Organization ${organization}`,
    { type: 'auth_error', param: 'user_role' },
  )
}

/** Whether the caller runs this team: as a proxy admin, as its admin, or as an admin of its organization. */
export async function runsTeam(store: AdminStore, caller: Caller, team: Json): Promise<boolean> {
  return caller.admin || isTeamAdmin(team, caller) || (await isOrganizationAdmin(store, caller, team.organization_id))
}

/** Why this member may not do that with the keys of the team, or `undefined`. */
export function checkTeamMember(team: Json, { userId }: Caller, route: string): LiteLLMError | undefined {
  const id = String(team.team_id)
  if (!memberOf(team, userId)) {
    return refuse(401, `User=${userId ?? 'None'} not assigned to team=${id}`, { type: 'team_member_permission_error' })
  }
  const listed = team.team_member_permissions
  const permissions = Array.isArray(listed) && listed.length > 0 ? (listed as string[]) : USUAL
  if ([route, ...(ALSO[route] ?? [])].some((name) => permissions.includes(name))) return undefined
  return refuse(
    401,
    `Team member does not have permissions for endpoint: ${route}. ` +
      `You only have access to the following endpoints: ${pythonList(permissions)} for team ${id}`,
    { type: 'team_member_permission_error', param: route },
  )
}

/** The team, or LiteLLM's answer when it does not exist. */
export async function getTeam(store: AdminStore, id: string): Promise<Json> {
  const team = await store.one(TABLES.teams, 'team_id', id)
  if (!team) throw refuseDict(404, `Team not found, passed team_id=${id}`)
  return team
}

/** Why the caller may not change this team, as the endpoints for members state it. */
export async function checkRunsTeam(
  store: AdminStore,
  caller: Caller,
  team: Json,
  route: string,
): Promise<LiteLLMError | undefined> {
  if (await runsTeam(store, caller, team)) return undefined
  return refuseDict(
    403,
    `Call not allowed. User not proxy admin OR team admin. route=${route}, team_id=${team.team_id}`,
  )
}
