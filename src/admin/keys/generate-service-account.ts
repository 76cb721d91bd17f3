import { endpoint } from '../endpoint.ts'
import { refuseDict } from '../refuse.ts'
import { TABLES } from '../tables.ts'
import { boundedRequest, createKey } from './create-key.ts'
import { generateBody } from './key-fields.ts'
import { checkMayCreate } from './key-rights.ts'

/** `POST /key/service-account/generate`: a key of a team that belongs to nobody. */
export const generateServiceAccountKey = endpoint({
  access: 'users',
  body: generateBody,
  stores: [TABLES.keys],
  async run(call) {
    const asked = boundedRequest(call.body, call)
    if (!asked.team_id) {
      throw refuseDict(
        400,
        'team_id is required for service account keys. Please specify `team_id` in the request body.',
      )
    }
    const metadata = { ...asked.metadata, service_account_id: asked.metadata?.service_account_id ?? asked.key_alias }
    const request = { ...asked, user_id: null, metadata }
    const refusal = await checkMayCreate(call, request)
    if (refusal) throw refusal
    return await createKey(call, request)
  },
})
