import { z } from 'zod'
import type { Json } from '../../types.ts'
import { answerRow } from '../answer-row.ts'
import { nameOf } from '../caller.ts'
import { endpoint } from '../endpoint.ts'
import { needed } from '../fields.ts'
import { refuse } from '../refuse.ts'
import { TABLES } from '../tables.ts'
import { findKeyRow } from './find-key.ts'
import { shownKey } from './token-of.ts'

const FORMAT = /^(sk-[A-Za-z0-9_-]{1,97}|[a-fA-F0-9]{64})$/

/** `POST /key/block`: the key is refused from now on. */
export const blockKey = setBlocked(true)
/** `POST /key/unblock`. */
export const unblockKey = setBlocked(false)

function setBlocked(blocked: boolean) {
  return endpoint({
    access: 'admin',
    body: z.looseObject({ key: needed.text }),
    async run({ store, caller, body: { key }, now }) {
      if (!FORMAT.test(key)) throw refuse(400, 'Invalid key format.', { type: 'bad_request_error', param: 'key' })
      const before = await findKeyRow(store, key)
      if (!before) throw refuse(404, `Key ${shownKey(key)} not found`, { type: 'not_found_error', param: 'key' })
      const token = String(before.token)
      const set = { blocked, updated_at: now.toISOString(), updated_by: nameOf(caller) }
      const [[row]] = (await store.write({
        guard: { table: TABLES.keys, id: { token } },
        steps: [{ kind: 'update', table: TABLES.keys, rows: [{ id: { token }, set }] }],
        audit: [{ action: blocked ? 'blocked' : 'unblocked', table: TABLES.keys, id: token, before, after: set }],
        forget: [token],
      })) as [[Json]]
      return answerRow(row)
    },
  })
}
