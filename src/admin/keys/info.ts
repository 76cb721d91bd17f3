import { z } from 'zod'
import { endpoint } from '../endpoint.ts'
import { needed, text } from '../fields.ts'
import { refuse } from '../refuse.ts'
import { TABLES } from '../tables.ts'
import { findKeyRow, keyInfo } from './find-key.ts'
import { maySee } from './key-rights.ts'
import { tokenOf } from './token-of.ts'

/** `GET /key/info?key=`: a key; without the parameter, the one that was presented. */
export const getKeyInfo = endpoint({
  access: 'anyone',
  query: z.looseObject({ key: text }),
  async run({ store, caller, query }) {
    const key = query.key || caller.key.hashedToken
    const row = await findKeyRow(store, key)
    if (!row) throw refuse(404, 'Key not found in database', { type: 'not_found_error', param: 'key' })
    if (!(await maySee(store, caller, row))) {
      throw refuse(403, `You are not allowed to access this key's info. Your role=${caller.role ?? 'None'}`)
    }
    return { key, info: await keyInfo(store, row) }
  },
})

/** `POST /v2/key/info`: several keys. Those that do not exist, or are not for the caller, are left out. */
export const getKeysInfo = endpoint({
  access: 'anyone',
  body: z.looseObject({ keys: needed.texts }),
  async run({ store, caller, body }) {
    const rows = await store.find(TABLES.keys, 'token', body.keys.map(tokenOf))
    const info = []
    for (const row of rows) if (await maySee(store, caller, row)) info.push(await keyInfo(store, row))
    return { key: body.keys, info }
  },
})
