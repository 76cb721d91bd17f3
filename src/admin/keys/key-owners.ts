import type { LiteLLMError } from '../../errors.ts'
import type { Json } from '../../types.ts'
import type { AdminStore } from '../admin-store.ts'
import { type Caller, memberOf } from '../caller.ts'
import { refuseDict } from '../refuse.ts'
import { TABLES } from '../tables.ts'

/** What only administrators give: it opens more than the key's owner has, or lets others pay. */
const GIVEN_BY_ADMINS = ['permissions', 'allowed_passthrough_routes', 'project_id', 'agent_id']

/** Members of its metadata that are rights of the same kind. */
const RIGHTS_IN_METADATA = ['allow_foreign_resources']

/** What a caller who may make or change a key may still not give it. `before`: what it has already. */
export function checkExtras(request: Json, before: Json = {}): LiteLLMError | undefined {
  const [metadata, had] = [request.metadata, before.metadata].map((value) => (value ?? {}) as Json) as [Json, Json]
  const right = RIGHTS_IN_METADATA.find((name) => metadata[name] && metadata[name] !== had[name])
  if (right) return refuseDict(403, `Only proxy admins can set metadata.${right}.`)
  const given = GIVEN_BY_ADMINS.find((name) => Object.keys((request[name] as object | null) ?? {}).length > 0)
  if (given) return refuseDict(403, `Only proxy admins can set ${given}.`)
  if (typeof request.spend === 'number' && request.spend !== 0) {
    return refuseDict(403, 'Only proxy admins can set spend.')
  }
  return undefined
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
