import { z } from 'zod'
import { nextReset } from '../../admission/facts/budget-duration.ts'
import { isLiteLLMError, type LiteLLMError } from '../../errors.ts'
import type { Json } from '../../types.ts'
import { type AdminStore, namedColumns, TABLES } from '../admin-store.ts'
import { USER } from '../answer-forms.ts'
import { answered } from '../answers.ts'
import { type AdminCall, endpoint } from '../endpoint.ts'
import { metadataAfter } from '../keys/key-fields.ts'
import { checkAmounts, checkDurations } from '../keys/key-limits.ts'
import { planPermission } from '../object-permission.ts'
import { adminOnly, refuse, refuseDict, viewerRefusal } from '../refuse.ts'
import { findUsersByEmail } from '../sql/find-users-by-email.ts'
import { findUser } from '../teams/member-add.ts'
import { checkPassword, passwordColumns } from './password.ts'
import { sessionDeletion } from './sessions.ts'
import { newUserBody, type UserBody, userRow } from './user-row.ts'

const body = newUserBody.refine((person) => person.user_id || person.user_email, {
  message: 'Either user id or user email must be provided',
})

/** `POST /user/update`, by id or address: what is not sent stays. A user with an unknown id is made. */
export const updateUser = endpoint({
  access: 'anyone',
  body,
  stores: [TABLES.users],
  async run(call) {
    const refusal = checkMayUpdate(call)
    if (refusal) throw refusal
    return await updateOneUser(call, call.body)
  },
})

/** Users that one request may change. */
const MAX_USERS = 500

const bulkBody = z.looseObject({
  users: z.array(newUserBody).nullish(),
  all_users: z.boolean().nullish(),
  user_updates: z.record(z.string(), z.unknown()).nullish(),
})

/** `POST /user/bulk_update`: each user on its own; one that fails is listed with its reason and stops no other. */
export const bulkUpdateUsers = endpoint({
  access: 'admin',
  body: bulkBody,
  stores: [TABLES.users],
  async run(call) {
    const { users, all_users: all } = call.body
    if (all) throw refuse(400, 'all_users is not served: name the users.')
    if (!users || users.length === 0) {
      throw refuse(400, "Must specify either 'users' for individual updates or 'all_users=True' with 'user_updates'")
    }
    if (users.length > MAX_USERS) throw refuse(400, `Maximum ${MAX_USERS} users can be updated at once`)
    const results = []
    for (const user of users) results.push(await attempted(call, user))
    const successful = results.filter(({ success }) => success).length
    return {
      results,
      total_requested: users.length,
      successful_updates: successful,
      failed_updates: users.length - successful,
    }
  },
})

async function attempted(call: AdminCall, user: UserBody) {
  const named = { user_id: user.user_id ?? null, user_email: user.user_email ?? null }
  try {
    return { ...named, success: true, error: null, updated_user: await updateOneUser(call, user) }
  } catch (error) {
    // Those before it are changed already, and have to be told. What a database says may quote values.
    const reason = isLiteLLMError(error) ? error.message : 'The user could not be changed. Send this change again.'
    return { ...named, success: false, error: reason, updated_user: null }
  }
}

async function updateOneUser(call: AdminCall, request: UserBody): Promise<Json> {
  const { store, settings, caller, now } = call
  const { password } = request
  const weak = password ? checkPassword(password, settings.passwordPolicy) : undefined
  const refusal = weak ?? checkAmounts(request) ?? checkDurations(request, now)
  if (refusal) throw refusal
  const before = await findUser(store, request)
  if (!before && !request.user_id) throw refuseDict(404, `User not found, passed user_email=${request.user_email}`)
  const permission = planPermission(request.object_permission, before?.object_permission_id)
  const linked = permission.id ? { object_permission_id: permission.id } : {}
  const id = String(before?.user_id ?? request.user_id)
  await checkEmail(store, request, id)
  const after = before ? userPatch(request, before, now) : userRow({ ...request, teams: [] }, settings, now)
  const set = { ...after, ...linked, ...(password && (await passwordColumns(password, true))) }
  const sessions = password ? await sessionDeletion(store, caller, id) : { steps: [], audit: [] }
  const [[row]] = (await store.write({
    ...(before && { guard: { table: TABLES.users, id: { user_id: id } } }),
    steps: [
      before
        ? { kind: 'update', table: TABLES.users, rows: [{ id: { user_id: id }, set }] }
        : { kind: 'insert', table: TABLES.users, rows: [set] },
      ...permission.steps,
      ...sessions.steps,
    ],
    audit: [{ action: before ? 'updated' : 'created', table: TABLES.users, id, before, after: set }, ...sessions.audit],
    forget: '*',
  })) as [[Json]]
  return { user_id: id, data: answered(USER, row) }
}

/** Viewers change nothing but their own address. */
function checkMayUpdate({ caller, body, route }: AdminCall<UserBody>): LiteLLMError | undefined {
  if (caller.admin) return undefined
  if (caller.role !== 'proxy_admin_viewer') return adminOnly(caller, route)
  const changed = Object.keys(body).filter((name) => body[name] !== undefined)
  const own = body.user_id === caller.userId && changed.every((name) => name === 'user_id' || name === 'user_email')
  return own ? undefined : viewerRefusal(route)
}

async function checkEmail(store: AdminStore, body: UserBody, id: string): Promise<void> {
  if (!body.user_id || !body.user_email) return
  const others = (await findUsersByEmail(store.sql, body.user_email)).filter((user) => user.user_id !== id)
  if (others.length > 0) throw refuseDict(409, `User with email ${body.user_email} already exists`)
}

const COLUMNS = [
  ...['user_email', 'user_alias', 'user_role', 'sso_user_id', 'organization_id', 'max_budget', 'models'],
  ...['max_parallel_requests', 'tpm_limit', 'rpm_limit', 'allowed_cache_controls', 'policies'],
]

function userPatch(request: UserBody, before: Json, now: Date): Json {
  const asked: Json = request
  const { budget_duration: duration } = request
  const metadata = metadataAfter(
    { ...asked, ...(request.metadata === null && { metadata: {} }) },
    (before.metadata ?? {}) as Json,
    () => true,
  )
  return {
    ...namedColumns(COLUMNS, asked),
    ...(request.model_max_budget !== undefined && { model_max_budget: request.model_max_budget ?? {} }),
    ...(typeof request.spend === 'number' && { spend: request.spend }),
    ...(metadata && { metadata }),
    ...(duration && { budget_duration: duration, budget_reset_at: nextReset(duration, now).toISOString() }),
    ...(duration === null && { budget_duration: null, budget_reset_at: null }),
    updated_at: now.toISOString(),
  }
}
