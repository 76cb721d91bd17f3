import { addressOf, type Callback, pairsOf } from './callback.ts'
import { post } from './post.ts'

/** LiteLLM's `generic_api`: a JSON array of payloads, to any address. */
export const genericApi: Callback = {
  what: 'A JSON array of payloads, by POST to an address of your own',
  variables: ['GENERIC_LOGGER_ENDPOINT', 'GENERIC_LOGGER_HEADERS'],
  needed: 1,
  open(env) {
    const url = addressOf(env.GENERIC_LOGGER_ENDPOINT!)
    const headers = { 'content-type': 'application/json', ...pairsOf(env.GENERIC_LOGGER_HEADERS) }
    return {
      async deliver(batch, signal) {
        await post({ url, headers, body: JSON.stringify(batch.map(({ payload }) => payload)), signal })
      },
    }
  },
}
