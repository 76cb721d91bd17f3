import { listKeyAliases } from '../../litellm/sql/list-key-aliases.ts'
import { endpoint } from '../endpoint.ts'

/** `GET /key/aliases`: all names of keys, or those of the caller's own. */
export const getKeyAliases = endpoint({
  access: 'users',
  async run({ store, caller }) {
    return { aliases: await listKeyAliases(store.sql, caller.adminView ? undefined : caller.userId) }
  },
})
