import type { LiteLLMError } from '../../errors.ts'
import { findUsersByEmail } from '../../litellm/sql/find-users-by-email.ts'
import type { Json } from '../../types.ts'
import type { AdminStore } from '../admin-store.ts'
import type { Caller } from '../caller.ts'
import { metadataAfter } from '../keys/key-metadata.ts'
import { checkExtras } from '../keys/key-owners.ts'
import { checkMetadata } from '../keys/metadata-rights.ts'
import { adminOnly } from '../permission.ts'
import { refuse, refuseDict } from '../refuse.ts'
import { TABLES } from '../tables.ts'
import { checkRunsTeam, getTeam, isOrganizationAdmin } from '../team-rights.ts'
import type { UserBody } from './user-fields.ts'

/** Why there cannot be such a user, or `undefined`. Ids are compared as they are, addresses whatever their case. */
export async function checkNewUser(store: AdminStore, request: UserBody): Promise<LiteLLMError | undefined> {
  if (request.user_id && (await store.one(TABLES.users, 'user_id', request.user_id))) {
    return refuseDict(409, `User with id ${request.user_id} already exists`)
  }
  if (request.user_email && (await findUsersByEmail(store.sql, request.user_email)).length > 0) {
    return refuseDict(409, `User with email ${request.user_email} already exists`)
  }
  return undefined
}

/** Why the caller may not make this user: administrators make all, admins of organizations users of these. */
export async function checkMayCreateUser(
  store: AdminStore,
  caller: Caller,
  request: UserBody,
  route: string,
): Promise<LiteLLMError | undefined> {
  if (caller.admin) return undefined
  const organizations = [
    ...(request.organizations ?? []),
    ...(request.organization_id ? [request.organization_id] : []),
  ]
  if (organizations.length === 0) return adminOnly(caller, route)
  for (const id of organizations) {
    if (!(await isOrganizationAdmin(store, caller, id))) return adminOnly(caller, route)
  }
  // Its first key may go into a team.
  const team = request.team_id ? await getTeam(store, request.team_id) : undefined
  const asked: Json = request
  const metadata = metadataAfter({ ...asked, metadata: request.metadata ?? {} }, {}, () => true) ?? {}
  return (
    (team && (await checkRunsTeam(store, caller, team, route))) ??
    checkExtras(request) ??
    checkMetadata({ after: metadata, runsTeam: team !== undefined }) ??
    checkRole(request, caller)
  )
}

/** Administrators are made by administrators. */
export function checkRole({ user_role: role }: UserBody, caller: Caller): LiteLLMError | undefined {
  if (caller.admin || (role !== 'proxy_admin' && role !== 'proxy_admin_viewer')) return undefined
  return refuseDict(
    403,
    'Only proxy admins can create administrative users (proxy_admin, proxy_admin_viewer). ' +
      `Attempted to create user with role: ${role}. Your role: ${caller.role ?? 'None'}`,
  )
}

/** LiteLLM's dashboard has passwords, and its own way to store them. */
export function checkNoPassword({ password }: UserBody): LiteLLMError | undefined {
  if (!password) return undefined
  return refuse(400, 'Passwords are for LiteLLM’s dashboard: set them there.', {
    type: 'bad_request_error',
    param: 'password',
  })
}
