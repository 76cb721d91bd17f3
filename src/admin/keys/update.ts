import { z } from 'zod'
import { endpoint } from '../endpoint.ts'
import { needed } from '../fields.ts'
import { keyFields } from './key-fields.ts'
import { updateOneKey } from './update-key.ts'

const body = z
  .looseObject({ ...keyFields, key: needed.text })
  .refine((request) => (request.temp_budget_increase == null) === (request.temp_budget_expiry == null), {
    message: 'temp_budget_increase and temp_budget_expiry must be set together',
  })

/** `POST /key/update`: what is not sent stays. */
export const updateKey = endpoint({
  access: 'users',
  body,
  async run(call) {
    const { key, ...request } = call.body
    return { ...(await updateOneKey(call, key, request)), key }
  },
})
