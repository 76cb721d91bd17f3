import { randomUUID } from 'node:crypto'
import { z } from 'zod'
import { nextReset } from '../../admission/facts/budget-duration.ts'
import type { LiteLLMError } from '../../errors.ts'
import type { Json } from '../../types.ts'
import type { AdminSettings } from '../admin-deps.ts'
import { type AdminStore, TABLES } from '../admin-store.ts'
import { ADMIN_NAME, type Caller } from '../caller.ts'
import { bool, longText, money, needed, text, texts } from '../endpoint.ts'
import { keyFields, metadataAfter } from '../keys/key-fields.ts'
import { checkExtras } from '../keys/key-rights.ts'
import { checkMetadata } from '../keys/metadata-rights.ts'
import { adminOnly, refuse, refuseDict } from '../refuse.ts'
import { findUsersByEmail } from '../sql/find-users-by-email.ts'
import { checkRunsTeam, getTeam, isOrganizationAdmin } from '../team-rights.ts'

const team = z.union([
  needed.text,
  z.looseObject({ team_id: needed.text, max_budget_in_team: money, user_role: z.enum(['user', 'admin']).nullish() }),
])

/** What a request may say about a user; the members about keys are for the key that comes with a new user. */
const userFields = {
  ...keyFields,
  user_id: text,
  user_email: text,
  user_alias: text,
  user_role: z.enum(['proxy_admin', 'proxy_admin_viewer', 'internal_user', 'internal_user_viewer']).nullish(),
  sso_user_id: text,
  teams: z.array(team).nullish(),
  organizations: texts,
  auto_create_key: bool,
  password: longText,
}

export const newUserBody = z.looseObject(userFields)

/** A new row of LiteLLM_UserTable, every time with the same members. */
export function userRow(request: Json, settings: AdminSettings, now: Date): Json & { readonly user_id: string } {
  const asked = withUserDefaults(request, settings)
  const at = now.toISOString()
  const { budget_duration: duration } = asked
  return {
    user_id: typeof asked.user_id === 'string' && asked.user_id !== '' ? asked.user_id : randomUUID(),
    user_email: asked.user_email ?? null,
    user_alias: asked.user_alias ?? null,
    user_role: asked.user_role ?? null,
    sso_user_id: asked.sso_user_id ?? null,
    organization_id: asked.organization_id ?? null,
    object_permission_id: asked.object_permission_id ?? null,
    teams: asked.teams ?? [],
    max_budget: asked.max_budget ?? null,
    spend: asked.spend ?? 0,
    models: asked.models ?? [],
    metadata: metadataAfter({ ...asked, metadata: asked.metadata ?? {} }, {}, () => true) ?? {},
    max_parallel_requests: asked.max_parallel_requests ?? null,
    tpm_limit: asked.tpm_limit ?? null,
    rpm_limit: asked.rpm_limit ?? null,
    budget_duration: duration || null,
    budget_reset_at: typeof duration === 'string' && duration ? nextReset(duration, now).toISOString() : null,
    allowed_cache_controls: asked.allowed_cache_controls ?? [],
    policies: asked.policies ?? [],
    model_max_budget: asked.model_max_budget ?? {},
    created_at: at,
    updated_at: at,
  }
}

/** Internal users get the configured defaults for what the request leaves open. */
function withUserDefaults(request: Json, settings: AdminSettings): Json {
  if (request.user_role !== 'internal_user') return request
  const { defaultUserParams: defaults = {}, maxInternalUserBudget, internalUserBudgetDuration } = settings
  const open = Object.keys(defaults).filter((name) => (request[name] ?? null) === null)
  const filled: Json = { ...request, ...Object.fromEntries(open.map((name) => [name, defaults[name]])) }
  return {
    ...filled,
    max_budget: filled.max_budget ?? maxInternalUserBudget ?? null,
    budget_duration: filled.budget_duration ?? internalUserBudgetDuration ?? null,
  }
}

export type UserBody = z.output<typeof newUserBody>

interface Person {
  readonly user_id?: string | null
  readonly user_email?: string | null
}

/**
 * The row of a user who comes to be by being made a member of something. Of what the request says of the person only id
 * and address count: the right to add members is no right to create administrators.
 */
export function memberUser(person: Person, teams: readonly string[], settings: AdminSettings, now: Date): Json {
  const { user_id, user_email } = person
  const { defaultUserParams, maxInternalUserBudget, internalUserBudgetDuration } = settings
  return userRow(
    {
      max_budget: maxInternalUserBudget,
      budget_duration: internalUserBudgetDuration,
      // The master key stands behind this name; its row gives no rights to its keys.
      user_role: user_id === ADMIN_NAME ? null : 'internal_user',
      ...defaultUserParams,
      ...{ user_id, user_email, teams },
    },
    settings,
    now,
  )
}

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

/** Only the user may know a password, so no request of another sets the first one. */
export function checkNoPassword({ password }: UserBody): LiteLLMError | undefined {
  if (!password) return undefined
  return refuse(400, 'A password cannot be set here: users set it by an invitation, see `POST /invitation/new`.', {
    type: 'bad_request_error',
    param: 'password',
  })
}
