import { z } from 'zod'
import { endpoint } from '../endpoint.ts'
import { TABLES } from '../tables.ts'
import { keyFields } from './key-fields.ts'
import { updateOneKey } from './update-key.ts'

const body = z
  .looseObject(keyFields)
  .superRefine(({ key, key_alias: alias }, context) => {
    if (!key && !alias) context.addIssue({ code: 'invalid_type', expected: 'string', path: ['key'], input: undefined })
  })
  .refine((request) => (request.temp_budget_increase == null) === (request.temp_budget_expiry == null), {
    message: 'temp_budget_increase and temp_budget_expiry must be set together',
  })

/** `POST /key/update`: what is not sent stays. A key that is not named by itself is named by its alias. */
export const updateKey = endpoint({
  access: 'users',
  body,
  stores: [TABLES.keys],
  async run(call) {
    const { key, ...request } = call.body
    const [ofAlias] = key ? [] : await call.store.find(TABLES.keys, 'key_alias', [request.key_alias])
    const named = key || String(ofAlias?.token ?? request.key_alias)
    return { ...(await updateOneKey(call, named, request)), key: named }
  },
})
