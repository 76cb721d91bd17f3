import type { LiteLLMError } from '../../errors.ts'
import type { Json } from '../../types.ts'
import type { AdminStore } from '../admin-store.ts'
import { type Caller, memberOf } from '../caller.ts'
import type { AdminCall } from '../endpoint.ts'
import { refuse, refuseDict } from '../refuse.ts'
import { TABLES } from '../tables.ts'
import { checkTeamMember, getTeam, runsTeam } from '../team-rights.ts'
import { keyFields } from './key-fields.ts'
import { checkKeyGeneration } from './key-generation.ts'
import { metadataAfter } from './key-metadata.ts'
import { checkExtras, checkHolder, checkMemberExtras, checkOrganization, isAdministrator } from './key-owners.ts'
import { checkMetadata } from './metadata-rights.ts'

/** Why the caller may not make a key for these owners, or `undefined`. */
export async function checkMayCreate(
  { store, caller, route, settings, body }: AdminCall<Json>,
  request: Json,
): Promise<LiteLLMError | undefined> {
  const team = typeof request.team_id === 'string' ? await getTeam(store, request.team_id) : undefined
  const restricted = settings.keyGeneration && checkKeyGeneration(settings.keyGeneration, caller, body, team)
  if (restricted || caller.admin) return restricted
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
  return refuseDict(
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
  const moved = await checkMove(store, caller, key, request.team_id)
  if (moved || caller.admin) return moved
  if (typeof request.spend === 'number') return refuseDict(403, 'Only proxy admins can set spend.')
  const team = await store.one(TABLES.teams, 'team_id', key.team_id as string | null)
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
  if (!team) return refuseDict(404, `Team not found, passed team_id=${teamId}`)
  if (await runsTeam(store, caller, team)) return undefined
  return refuseDict(403, `User=${caller.userId ?? 'None'} not authorized to move keys into team=${teamId}`)
}
