import { isLiteLLMError } from '../../errors.ts'
import type { Json } from '../../types.ts'
import { answerRow } from '../answer-row.ts'
import { nameOf } from '../caller.ts'
import type { AdminCall } from '../endpoint.ts'
import { planPermission } from '../object-permission.ts'
import { refuse } from '../refuse.ts'
import { TABLES } from '../tables.ts'
import { checkAlias } from './create-key.ts'
import { findKeyRow } from './find-key.ts'
import type { GenerateBody } from './key-fields.ts'
import { checkAmounts, checkDurations, withinBounds } from './key-limits.ts'
import { keyPatch } from './key-patch.ts'
import { checkChange, mayChange } from './key-rights.ts'
import { tokenOf } from './token-of.ts'

/** Changes one key, and answers with its row. */
export async function updateOneKey(call: AdminCall, key: string, asked: GenerateBody): Promise<Json> {
  const { store, settings, caller, now, route } = call
  const before = await findKeyRow(store, key)
  if (!before) throw unknown(key)
  const token = String(before.token)
  if (!(await mayChange(store, caller, before, route))) {
    throw refuse(403, 'You are not authorized to update this key', { type: 'auth_error' })
  }
  const request = withinBounds(asked, settings.upperboundKeyParams, now, { fill: false })
  if (isLiteLLMError(request)) throw request
  const refusal =
    (await checkChange(store, caller, before, request)) ?? checkAmounts(request) ?? checkDurations(request, now)
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
  return answerRow(row)
}

function unknown(key: string) {
  return refuse(
    401,
    `Authentication Error: invalid user key - user key does not exist in db. User Key=${tokenOf(key)}`,
    { type: 'auth_error' },
  )
}
