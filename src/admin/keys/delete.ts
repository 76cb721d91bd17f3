import { z } from 'zod'
import type { Json } from '../../types.ts'
import { endpoint, texts } from '../endpoint.ts'
import { keyDeletion } from '../key-deletion.ts'
import { refuseDict } from '../refuse.ts'
import { findKeys, tokenOf } from './find-key.ts'
import { mayChange } from './key-rights.ts'

const body = z
  .looseObject({ keys: texts, key_aliases: texts })
  .refine(({ keys, key_aliases: aliases }) => (keys?.length ?? 0) + (aliases?.length ?? 0) > 0, {
    message: "At least one of 'keys' or 'key_aliases' must be provided.",
  })

/** `POST /key/delete`, by keys, hashes or aliases. What is deleted is kept in LiteLLM's table of deleted keys. */
export const deleteKeys = endpoint({
  access: 'users',
  body,
  async run({ store, caller, body: { keys, key_aliases: aliases }, route }) {
    const rows = await findKeys(store, keys, aliases)
    if (rows.length === 0) throw refuseDict(404, 'No keys found')
    for (const row of rows) {
      if (!(await mayChange(store, caller, row, route))) {
        throw refuseDict(403, 'You are not authorized to delete this key')
      }
    }
    await store.write({
      ...keyDeletion(rows, caller, store),
      forget: rows.map((row) => String(row.token)),
    })
    return { deleted_keys: asSent(keys ?? [], aliases ?? [], rows) }
  },
})

function asSent(keys: readonly string[], aliases: readonly string[], rows: readonly Json[]): readonly string[] {
  const tokens = new Set(rows.map((row) => row.token))
  const names = new Set(rows.map((row) => row.key_alias))
  return [...keys.filter((key) => tokens.has(tokenOf(key))), ...aliases.filter((alias) => names.has(alias))]
}
