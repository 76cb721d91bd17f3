import { z } from 'zod'
import { isLiteLLMError } from '../../errors.ts'
import { endpoint } from '../endpoint.ts'
import { needed } from '../fields.ts'
import { TABLES } from '../tables.ts'
import { keyFields } from './key-fields.ts'
import { tokenOf } from './token-of.ts'
import { updateOneKey } from './update-key.ts'

/** Keys that one request may change. */
const MAX_KEYS = 500

const body = z.looseObject({
  keys: z
    .array(z.looseObject({ ...keyFields, key: needed.text }))
    .min(1)
    .max(MAX_KEYS),
})

/** `POST /key/bulk_update`: each key on its own; what fails is told with its reason, and stops nobody. */
export const bulkUpdateKeys = endpoint({
  access: 'admin',
  body,
  stores: [TABLES.keys],
  async run(call) {
    const successful = []
    const failed = []
    for (const { key, ...request } of call.body.keys) {
      try {
        successful.push({ key, key_info: await updateOneKey(call, key, request) })
      } catch (error) {
        if (!isLiteLLMError(error)) throw error
        failed.push({ key: tokenOf(key), key_info: null, failed_reason: error.message })
      }
    }
    return { total_requested: call.body.keys.length, successful_updates: successful, failed_updates: failed }
  },
})
