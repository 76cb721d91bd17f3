import { z } from 'zod'
import { nextReset } from '../../admission/facts/budget-duration.ts'
import { isLiteLLMError } from '../../errors.ts'
import { askedChanges } from '../../keys/columns.ts'
import type { Json } from '../../types.ts'
import { TABLES } from '../admin-store.ts'
import { KEY_INFO } from '../answer-forms.ts'
import { answered } from '../answers.ts'
import { nameOf } from '../caller.ts'
import { type AdminCall, endpoint, needed } from '../endpoint.ts'
import { planPermission } from '../object-permission.ts'
import { refuse, refuseDict } from '../refuse.ts'
import { checkChangedRouting } from '../router-settings.ts'
import { checkAlias } from './create-key.ts'
import { findKeyRow, tokenOf } from './find-key.ts'
import { type GenerateBody, keyFields, metadataAfter } from './key-fields.ts'
import { checkAmounts, checkDurations, withinBounds } from './key-limits.ts'
import { checkChange, mayChange, onlyAdmins } from './key-rights.ts'
import { expiresAt, ROUTES_OF_TYPE, windowsOf } from './plan-key.ts'

/** Keys that one request may change. */
const MAX_KEYS = 500

const body = z.looseObject({
  keys: z.array(z.looseObject({ ...keyFields, key: needed.text })).max(MAX_KEYS),
})

/** `POST /key/bulk_update`: each key on its own; a key that fails is listed with its reason and stops no other. */
export const bulkUpdateKeys = endpoint({
  access: 'admin',
  body,
  stores: [TABLES.keys],
  async run(call) {
    if (call.body.keys.length === 0) throw refuseDict(400, 'No keys provided for update')
    const successful = []
    const failed = []
    for (const { key, ...request } of call.body.keys) {
      try {
        successful.push({ key, key_info: answered(KEY_INFO, await updateOneKey(call, key, request)) })
      } catch (error) {
        // Those before it are changed already, and have to be told. What a database says may quote values.
        const reason = isLiteLLMError(error) ? error.message : UNFORESEEN
        failed.push({ key: tokenOf(key), key_info: await infoOf(call, key), failed_reason: reason })
      }
    }
    return { total_requested: call.body.keys.length, successful_updates: successful, failed_updates: failed }
  },
})

const UNFORESEEN = 'The key could not be changed. Nothing of this change was stored: send it again.'

/** What a key is where it could not be changed, as far as that can be read. */
async function infoOf({ store }: AdminCall, key: string): Promise<Json | null> {
  const row = await findKeyRow(store, key).catch(() => undefined)
  if (!row) return null
  return answered(KEY_INFO, row)
}

/** Changes one key, and returns its row. */
export async function updateOneKey(call: AdminCall, key: string, asked: GenerateBody): Promise<Json> {
  const { store, settings, caller, now, route } = call
  const before = await findKeyRow(store, key)
  if (!before) throw unknown()
  const token = String(before.token)
  if (!(await mayChange(store, caller, before, route))) {
    throw onlyAdmins(caller, '/key/update')
  }
  const request = withinBounds(asked, settings.upperboundKeyParams, now, { fill: false })
  if (isLiteLLMError(request)) throw request
  const refusal =
    (await checkChange(store, caller, before, request)) ??
    checkAmounts(request) ??
    checkDurations(request, now) ??
    checkChangedRouting(request, before, settings)
  if (refusal) throw refusal
  await checkAlias(store, request.key_alias, token)
  const permission = planPermission(request.object_permission, before.object_permission_id)
  const hasColumn = (name: string) => store.hasColumn(TABLES.keys, name)
  const set = {
    ...keyPatch(request, before, { now, by: nameOf(caller), hasColumn }),
    ...(permission.id && { object_permission_id: permission.id }),
  }
  const [[row]] = (await store.write({
    guard: { table: TABLES.keys, id: { token } },
    steps: [{ kind: 'update', table: TABLES.keys, rows: [{ id: { token }, set }] }, ...permission.steps],
    audit: [{ action: 'updated', table: TABLES.keys, id: token, before, after: set }],
    forget: [token],
  })) as [[Json]]
  return row
}

function unknown() {
  return refuse(404, 'Key not found.', { type: 'not_found_error', param: 'key' })
}

interface PatchOptions {
  readonly now: Date
  readonly by: string
  readonly hasColumn: (name: string) => boolean
}

/** The columns of a key that a request changes: what it does not mention stays, null clears. */
export function keyPatch(request: GenerateBody, before: Json, { now, by, hasColumn }: PatchOptions): Json {
  const patch: Record<string, unknown> = {
    updated_at: now.toISOString(),
    settings_updated_at: now.toISOString(),
    updated_by: by,
    ...askedChanges(request),
  }
  if (request.key_type !== undefined) {
    patch.key_type = request.key_type
    patch.allowed_routes = ROUTES_OF_TYPE[request.key_type ?? 'default'] ?? request.allowed_routes ?? []
  }
  if (typeof request.spend === 'number') patch.spend = request.spend
  if (request.duration) patch.expires = expiresAt(request.duration, now)
  if (request.budget_duration) patch.budget_reset_at = nextReset(request.budget_duration, now).toISOString()
  if (request.budget_duration === null) patch.budget_reset_at = null
  if (request.budget_duration !== undefined && request.budget_duration !== '') {
    patch.budget_duration = request.budget_duration
  }
  if (request.budget_limits !== undefined) {
    patch.budget_limits = request.budget_limits && windowsOf(request.budget_limits, now)
  }
  const interval = request.rotation_interval ?? before.rotation_interval
  if (request.auto_rotate && typeof interval === 'string') patch.key_rotation_at = expiresAt(interval, now)
  const metadata = metadataAfter(
    { ...(request as Json), ...(request.metadata === null && { metadata: {} }) },
    (before.metadata ?? {}) as Json,
    hasColumn,
  )
  if (metadata) patch.metadata = metadata
  return patch
}
