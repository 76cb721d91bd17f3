import { endpoint } from '../endpoint.ts'
import { TABLES } from '../tables.ts'
import { boundedRequest, createKey } from './create-key.ts'
import { generateBody } from './key-fields.ts'
import { checkMayCreate } from './key-rights.ts'

/** `POST /key/generate`: a new key. Internal users make keys for themselves, and for teams that let them. */
export const generateKey = endpoint({
  access: 'users',
  body: generateBody,
  stores: [TABLES.keys],
  async run(call) {
    const { caller } = call
    const request = boundedRequest(call.body, call)
    const refusal = await checkMayCreate(call, request)
    if (refusal) throw refusal
    const personal = !caller.admin && !request.user_id && !request.team_id
    return await createKey(call, personal ? { ...request, user_id: caller.userId } : request)
  },
})
