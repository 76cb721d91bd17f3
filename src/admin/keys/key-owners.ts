import type { LiteLLMError } from '../../errors.ts'
import type { Json } from '../../types.ts'
import type { AdminStore } from '../admin-store.ts'
import { type Caller, memberOf } from '../caller.ts'
import { refuseDict } from '../refuse.ts'
import { TABLES } from '../tables.ts'

/** What only administrators give: it opens more than the key's owner has, or lets others pay. */
const GIVEN_BY_ADMINS = ['permissions', 'project_id', 'agent_id']
/** Groups of routes that every key may be held to; any other route could be one of management. */
const OPEN_ROUTES: ReadonlySet<unknown> = new Set(['llm_api_routes', 'info_routes'])
/** What a key has of these goes before what its team allows its members. */
const ABOVE_TEAM = ['model_max_budget', 'access_group_ids']

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
export function checkMemberExtras(request: Json): LiteLLMError | undefined {
  const given = ABOVE_TEAM.find((name) => Object.keys((request[name] as object | null) ?? {}).length > 0)
  return given ? refuseDict(403, `Only proxy admins, and admins of the key's team, can set ${given}.`) : undefined
}

/**
 * Why somebody who runs a team may not give a key of it to this user. A key has the role of its user: those who are no
 * administrators must not come by an administrator's.
 */
export async function checkHolder(
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

export async function isAdministrator(store: AdminStore, userId: unknown): Promise<boolean> {
  const user = typeof userId === 'string' ? await store.one(TABLES.users, 'user_id', userId) : undefined
  return user?.user_role === 'proxy_admin' || user?.user_role === 'proxy_admin_viewer'
}

/** Why the caller may not let this organization pay, or `undefined`. */
export async function checkOrganization(
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
