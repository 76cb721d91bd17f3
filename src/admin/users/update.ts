import { nextReset } from '../../admission/facts/budget-duration.ts'
import type { LiteLLMError } from '../../errors.ts'
import type { Json } from '../../types.ts'
import { namedColumns, TABLES } from '../admin-store.ts'
import { type AdminCall, answerRow, endpoint } from '../endpoint.ts'
import { metadataAfter } from '../keys/key-fields.ts'
import { checkAmounts, checkDurations } from '../keys/key-limits.ts'
import { planPermission } from '../object-permission.ts'
import { adminOnly, refuseDict, viewerRefusal } from '../refuse.ts'
import { findUsersByEmail } from '../sql/find-users-by-email.ts'
import { findUser } from '../teams/member-add.ts'
import { checkNoPassword, newUserBody, type UserBody } from './user-row.ts'

/** `POST /user/update`, by id or address: what is not sent stays. */
export const updateUser = endpoint({
  access: 'anyone',
  body: newUserBody,
  stores: [TABLES.users],
  async run(call) {
    const { store, body: request, now } = call
    const refusal =
      checkMayUpdate(call) ?? checkNoPassword(request) ?? checkAmounts(request) ?? checkDurations(request, now)
    if (refusal) throw refusal
    const before = await findUser(store, request)
    if (!before) {
      const named = request.user_id ? `user_id=${request.user_id}` : `user_email=${request.user_email}`
      throw refuseDict(404, `User not found, passed ${named}`)
    }
    const id = String(before.user_id)
    await checkEmail(call, id)
    const permission = planPermission(request.object_permission, before.object_permission_id)
    const set = { ...userPatch(request, before, now), ...(permission.id && { object_permission_id: permission.id }) }
    const [[row]] = (await store.write({
      guard: { table: TABLES.users, id: { user_id: id } },
      steps: [{ kind: 'update', table: TABLES.users, rows: [{ id: { user_id: id }, set }] }, ...permission.steps],
      audit: [{ action: 'updated', table: TABLES.users, id, before, after: set }],
      forget: '*',
    })) as [[Json]]
    return { user_id: id, data: answerRow(row) }
  },
})

/** Viewers change nothing but their own address. */
function checkMayUpdate({ caller, body, route }: AdminCall<UserBody>): LiteLLMError | undefined {
  if (caller.admin) return undefined
  if (caller.role !== 'proxy_admin_viewer') return adminOnly(caller, route)
  const changed = Object.keys(body).filter((name) => body[name] !== undefined)
  const own = body.user_id === caller.userId && changed.every((name) => name === 'user_id' || name === 'user_email')
  return own ? undefined : viewerRefusal(route)
}

async function checkEmail({ store, body }: AdminCall<UserBody>, id: string): Promise<void> {
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
