import { pythonList } from '../../admission/facts/python-text.ts'
import type { LiteLLMError } from '../../errors.ts'
import type { Json } from '../../types.ts'
import type { KeyGeneration } from '../admin-deps.ts'
import { type AdminStore, TABLES } from '../admin-store.ts'
import { type Caller, memberOf } from '../caller.ts'
import type { AdminCall } from '../endpoint.ts'
import { refuse, refuseDict } from '../refuse.ts'
import { checkTeamMember, getTeam, isOrganizationAdmin, runsTeam } from '../team-rights.ts'
import { keyFields, metadataAfter } from './key-fields.ts'
import { checkMetadata } from './metadata-rights.ts'
import { checkChangedThroughput, checkThroughput } from './throughput.ts'

/** What only administrators give: it opens more than the key's owner has, or lets others pay. */
const GIVEN_BY_ADMINS = ['permissions', 'project_id', 'agent_id']

/** Groups of routes that every key may be held to; any other route could be one of management. */
const OPEN_ROUTES: ReadonlySet<unknown> = new Set(['llm_api_routes', 'info_routes'])

/** What a key has of these goes before what its team allows its members. */
const ABOVE_TEAM = ['model_max_budget', 'access_group_ids']

/** Why the caller may not make a key for these owners, or `undefined`. */
export async function checkMayCreate(
  { store, caller, route, settings, body }: AdminCall<Json>,
  request: Json,
): Promise<LiteLLMError | undefined> {
  const { team_id: teamId } = request
  const team = typeof teamId === 'string' ? await store.one(TABLES.teams, 'team_id', teamId) : undefined
  // LiteLLM lets administrators make keys for a team that is yet to come.
  if (typeof teamId === 'string' && !team && (!caller.admin || route !== '/key/generate')) await getTeam(store, teamId)
  const restricted = settings.keyGeneration && checkKeyGeneration(settings.keyGeneration, caller, body, team)
  const overbooked = restricted ?? (await checkThroughput(store, request, team))
  if (overbooked || caller.admin) return overbooked
  if (caller.userId === undefined) return refuse(403, 'A key without a user cannot make keys.', { type: 'auth_error' })
  // What the configuration's defaults and bounds put into the request is the operator's.
  const runs = team !== undefined && (await runsTeam(store, caller, team))
  const metadata = metadataAfter({ ...body, metadata: body.metadata ?? {} }, {}, () => true) ?? {}
  const refusal =
    checkExtras(body) ??
    checkMetadata({ after: metadata, runsTeam: runs }) ??
    (await checkOrganization(store, caller, request.organization_id, team))
  if (refusal) return refusal
  if (team && runs) return await checkHolder(store, caller, request.user_id, team)
  const notLet = team && (checkTeamMember(team, caller, route) ?? checkMemberExtras(body))
  if (notLet) return notLet
  if (!request.user_id || request.user_id === caller.userId) return undefined
  return refuse(
    403,
    `User can only create keys for themselves. Got user_id=${request.user_id}, Your ID=${caller.userId}`,
  )
}

/** Whether the caller may change this key in the way of this route. The keys of administrators are theirs alone. */
export async function mayChange(store: AdminStore, caller: Caller, key: Json, route: string): Promise<boolean> {
  if (caller.admin) return true
  if (caller.userId === undefined || caller.role === 'proxy_admin_viewer') return false
  if (key.user_id !== caller.userId && (await isAdministrator(store, key.user_id))) return false
  const team = await store.one(TABLES.teams, 'team_id', key.team_id as string | null)
  const creator = key.created_by === caller.userId
  const own = key.user_id === caller.userId || creator
  if (!team) return own && key.team_id === null
  if (await runsTeam(store, caller, team)) return true
  if (!own || !memberOf(team, caller.userId)) return false
  return creator || checkTeamMember(team, caller, route) === undefined
}

/** Whether the caller may see this key. */
export async function maySee(store: AdminStore, caller: Caller, key: Json): Promise<boolean> {
  if (caller.adminView || key.token === caller.key.hashedToken) return true
  if (caller.userId === undefined) return false
  if (key.user_id === caller.userId || key.created_by === caller.userId) return true
  const team = await store.one(TABLES.teams, 'team_id', key.team_id as string | null)
  return team !== undefined && (await runsTeam(store, caller, team))
}

/** What the holder of a key may change that another has made. Every other member is a right or a limit. */
const FREE = new Set(['key', 'key_alias', 'user_id', 'team_id', 'spend', 'send_invite_email'])
const RIGHTS = Object.keys(keyFields).filter((name) => !FREE.has(name))

/** Why the caller may not change a key in this way, who may change it as such; or `undefined`. */
export async function checkChange(
  store: AdminStore,
  caller: Caller,
  key: Json,
  request: Json,
): Promise<LiteLLMError | undefined> {
  const moved =
    (await checkMove(store, caller, key, request.team_id)) ?? (await checkChangedThroughput(store, request, key))
  if (moved || caller.admin) return moved
  if (typeof request.spend === 'number') return refuseDict(403, 'Only proxy admins can set spend.')
  const team = await store.one(TABLES.teams, 'team_id', key.team_id as string | null)
  const budget = BUDGET_MEMBERS.some((name) => request[name] !== undefined && request[name] !== key[name])
  if (
    budget &&
    !(team ? await runsTeam(store, caller, team) : await isOrganizationAdmin(store, caller, key.organization_id))
  ) {
    return onlyAdmins(caller, '/key/update (max_budget/spend)')
  }
  const refusal = checkExtras(request) ?? (await checkOrganization(store, caller, request.organization_id, team))
  if (refusal) return refusal
  const runs = team ? await runsTeam(store, caller, team) : typeof request.team_id === 'string'
  const inMetadata = checkMetadata({ ...metadataOf(key, request), runsTeam: runs })
  if (team && runs) return inMetadata ?? (await checkHolder(store, caller, request.user_id, team))
  if (request.user_id !== undefined && request.user_id !== caller.userId) {
    return refuseDict(
      403,
      `User can only keep keys for themselves. Got user_id=${request.user_id}, Your ID=${caller.userId}`,
    )
  }
  const limit = key.created_by === caller.userId ? undefined : RIGHTS.find((name) => request[name] !== undefined)
  if (limit) return refuseDict(403, `Only who has created this key, or an admin, can change ${limit}.`)
  return inMetadata ?? (team && checkMemberExtras(request))
}

/** What a key may spend is for those who run its team or organization, not for its holder. */
const BUDGET_MEMBERS = ['max_budget', 'soft_budget', 'budget_limits']

export function onlyAdmins({ role, userId }: Caller, route: string): LiteLLMError {
  return refuseDict(
    403,
    `Only proxy admins, team admins, or org admins can call ${route}. ` +
      `user_role=${role ?? 'None'}, user_id=${userId ?? 'None'}`,
  )
}

/** The metadata of a key before and after a request. */
function metadataOf(key: Json, request: Json): { before: Json; after: Json } {
  const before = (key.metadata ?? {}) as Json
  const asked = { ...request, ...(request.metadata === null && { metadata: {} }) }
  return { before, after: metadataAfter(asked, before, () => true) ?? before }
}

/** A key goes into a team with the consent of who runs it; out of one, where it has a budget above it, by administrators. */
async function checkMove(
  store: AdminStore,
  caller: Caller,
  key: Json,
  teamId: unknown,
): Promise<LiteLLMError | undefined> {
  if (teamId === undefined || teamId === key.team_id) return undefined
  if (typeof teamId !== 'string') {
    return caller.admin ? undefined : refuseDict(403, 'Only proxy admins can take a key out of its team.')
  }
  const team = await store.one(TABLES.teams, 'team_id', teamId)
  if (!team) {
    return refuseDict(404, `Team doesn't exist in db. Team=${teamId}. Create team via \`/team/new\` call.`)
  }
  if (await runsTeam(store, caller, team)) return undefined
  return refuseDict(403, `User=${caller.userId ?? 'None'} not authorized to move keys into team=${teamId}`)
}

/**
 * Why the configuration lets no caller of this role make such a key, or `undefined`. Keys of teams are free to
 * administrators; what it says of others holds for them too.
 */
function checkKeyGeneration(
  { team: ofTeams, personal }: KeyGeneration,
  caller: Caller,
  request: Json,
  team: Json | undefined,
): LiteLLMError | undefined {
  if (team) return caller.admin ? undefined : (checkMember(ofTeams, caller, team) ?? checkParams(ofTeams, request))
  return checkRole(personal, caller) ?? checkParams(personal, request)
}

function checkMember({ allowedRoles }: KeyGeneration['team'] = {}, { userId }: Caller, team: Json) {
  const member = memberOf(team, userId)
  if (!allowedRoles || !member || allowedRoles.includes(member.role)) return undefined
  return refuse(400, `Team member role ${member.role} not in allowed_team_member_roles=${pythonList(allowedRoles)}`)
}

function checkRole({ allowedRoles }: KeyGeneration['personal'] = {}, { role }: Caller) {
  if (!allowedRoles || (role && allowedRoles.includes(role))) return undefined
  return refuse(
    400,
    'Personal key creation has been restricted by admin. ' +
      `Allowed roles=${pythonList(allowedRoles)}. Your role=${role ?? 'None'}`,
  )
}

function checkParams({ requiredParams = [] }: KeyGeneration['team'] = {}, request: Json) {
  const missing = requiredParams.find((name) => request[name] === undefined)
  return missing === undefined ? undefined : refuse(400, `Required param ${missing} not in data`)
}

/** What a caller who may make or change a key may still not give it. */
export function checkExtras(request: Json): LiteLLMError | undefined {
  const given = GIVEN_BY_ADMINS.find((name) => Object.keys((request[name] as object | null) ?? {}).length > 0)
  if (given) return refuseDict(403, `Only proxy admins can set ${given}.`)
  if (typeof request.spend === 'number' && request.spend !== 0) {
    return refuseDict(403, 'Only proxy admins can set spend.')
  }
  const { allowed_routes: routes, key_type: type, object_permission: permission } = request
  if (type === 'management' || (Array.isArray(routes) && !routes.every((route) => OPEN_ROUTES.has(route)))) {
    return refuseDict(
      403,
      `Only proxy admins can set ${type === 'management' ? 'key_type=management' : 'allowed_routes'}.`,
    )
  }
  const { vector_stores: stores } = (permission ?? {}) as Json
  return Array.isArray(stores) && stores.length > 0
    ? refuseDict(403, 'Only proxy admins can set object_permission.vector_stores.')
    : undefined
}

/** Why a member of a team may not give a key of it what those who run the team may, or `undefined`. */
function checkMemberExtras(request: Json): LiteLLMError | undefined {
  const given = ABOVE_TEAM.find((name) => Object.keys((request[name] as object | null) ?? {}).length > 0)
  return given ? refuseDict(403, `Only proxy admins, and admins of the key's team, can set ${given}.`) : undefined
}

/**
 * Why somebody who runs a team may not give a key of it to this user. A key has the role of its user: those who are no
 * administrators must not come by an administrator's.
 */
async function checkHolder(
  store: AdminStore,
  caller: Caller,
  userId: unknown,
  team: Json,
): Promise<LiteLLMError | undefined> {
  if (typeof userId !== 'string' || userId === caller.userId) return undefined
  if (!memberOf(team, userId)) return refuseDict(400, `User=${userId} not assigned to team=${team.team_id}`)
  if (await isAdministrator(store, userId)) return refuseDict(403, 'Only proxy admins can make keys for proxy admins.')
  return undefined
}

async function isAdministrator(store: AdminStore, userId: unknown): Promise<boolean> {
  const user = typeof userId === 'string' ? await store.one(TABLES.users, 'user_id', userId) : undefined
  return user?.user_role === 'proxy_admin' || user?.user_role === 'proxy_admin_viewer'
}

/** Why the caller may not let this organization pay, or `undefined`. */
async function checkOrganization(
  store: AdminStore,
  { key, userId }: Caller,
  organization: unknown,
  team: Json | undefined,
): Promise<LiteLLMError | undefined> {
  const known = [undefined, null, key.owners.organizationId, team?.organization_id]
  if (known.includes(organization as string)) return undefined
  const memberships = await store.find(TABLES.organizationMemberships, 'user_id', [userId])
  if (memberships.some((row) => row.organization_id === organization)) return undefined
  return refuseDict(403, `User=${userId} is not a member of organization=${organization}`)
}
