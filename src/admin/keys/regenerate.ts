import { randomUUID } from 'node:crypto'
import { z } from 'zod'
import { abbreviateSecret, hashSecret, maskSecret } from '../../admission/credential/credential.ts'
import { giveResources } from '../../admission/resources/resource-book.ts'
import { isLiteLLMError } from '../../errors.ts'
import type { Json } from '../../types.ts'
import { TABLES } from '../admin-store.ts'
import { nameOf } from '../caller.ts'
import { type AdminCall, endpoint, longText, text } from '../endpoint.ts'
import { archived } from '../key-deletion.ts'
import { planPermission } from '../object-permission.ts'
import { refuse } from '../refuse.ts'
import { checkChangedRouting } from '../router-settings.ts'
import { checkAlias } from './create-key.ts'
import { findKeyRow, shownKey } from './find-key.ts'
import { generatedKey, keyFields } from './key-fields.ts'
import { addDuration, checkAmounts, checkDurations, withinBounds } from './key-limits.ts'
import { checkChange, mayChange } from './key-rights.ts'
import { newSecret } from './plan-key.ts'
import { keyPatch } from './update-key.ts'

const body = z.looseObject({ ...keyFields, new_key: longText, grace_period: text, new_master_key: longText })
type RegenerateBody = z.output<typeof body>

/**
 * `POST /key/regenerate` and `POST /key/{key}/regenerate`: a new secret for the same key. Spend, limits and name stay;
 * the old secret works on for the time of grace, when there is one.
 */
export const regenerateKey = endpoint({
  access: 'users',
  body: z.preprocess((sent) => sent ?? {}, body),
  stores: [TABLES.keys],
  async run(call) {
    const { store, settings, caller, params, now, route } = call
    const { key: named, new_key: wanted, new_master_key: master, ...asked } = call.body
    if (master)
      throw refuse(400, 'The master key is a setting of the gateway: change it there.', { param: 'new_master_key' })
    const key = params.key ?? named ?? caller.key.hashedToken
    const before = await findKeyRow(store, key)
    if (!before) throw refuse(404, `Key ${shownKey(key)} not found.`)
    if (!(await mayChange(store, caller, before, route))) {
      throw refuse(403, 'You are not authorized to regenerate this key')
    }
    const request = withinBounds(asked, settings.upperboundKeyParams, now, { fill: false })
    if (isLiteLLMError(request)) throw request
    const refusal =
      (await checkChange(store, caller, before, request)) ??
      checkAmounts(request) ??
      checkDurations(request, now) ??
      checkChangedRouting(request, before, settings)
    if (refusal) throw refusal
    const old = String(before.token)
    await checkAlias(store, request.key_alias, old)
    const secret = checkedSecret(wanted) ?? newSecret(settings.secretBytes)
    const token = hashSecret(secret)
    const permission = planPermission(request.object_permission, before.object_permission_id)
    const set = {
      ...(permission.id && { object_permission_id: permission.id }),
      ...keyPatch(request, before, {
        now,
        by: nameOf(caller),
        hasColumn: (name) => store.hasColumn(TABLES.keys, name),
      }),
      token,
      key_name: settings.disableKeyName ? null : abbreviateSecret(secret),
      rotation_count: Number(before.rotation_count ?? 0) + 1,
      last_rotation_at: now.toISOString(),
    }
    const [[row]] = (await store.write({
      guard: { table: TABLES.keys, id: { token: old } },
      steps: [
        { kind: 'update', table: TABLES.keys, rows: [{ id: { token: old }, set }] },
        { kind: 'insert', table: TABLES.deletedKeys, rows: [archived(before, caller, store)] },
        { kind: 'upsert', table: TABLES.replacedKeys, key: ['token'], rows: graceRows(call, old, token) },
        ...permission.steps,
      ],
      audit: [{ action: 'rotated', table: TABLES.keys, id: old, before, after: set }],
      forget: [old, token],
    })) as [[Json]]
    await giveResources(store.sql, old, token)
    return generatedKey(row, secret)
  },
})

/** Where the old secret is honoured for a while. */
function graceRows({ body: request, settings, now }: AdminCall<RegenerateBody>, old: string, token: string): Json[] {
  const grace = request.grace_period || settings.rotationGracePeriod
  const until = grace ? addDuration(now, grace) : undefined
  if (!until || until <= now) return []
  return [
    {
      id: randomUUID(),
      token: old,
      active_token_id: token,
      revoke_at: until.toISOString(),
      created_at: now.toISOString(),
    },
  ]
}

function checkedSecret(secret: string | null | undefined): string | undefined {
  if (!secret) return undefined
  if (/^sk-[\x21-\x7e]{5,253}$/.test(secret)) return secret
  throw refuse(400, `New key must start with 'sk-'. Received: ${maskSecret(secret)}`, {
    type: 'bad_request_error',
    param: 'new_key',
  })
}
