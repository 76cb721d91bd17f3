import type { Delivery, DeliverySink } from '../outbox/delivery.ts'
import { addressOf, type Callback, pairsOf } from './callback.ts'
import { post } from './post.ts'

/** An address that is told payloads: `callback_settings.<name>` with `callback_type: generic_api`. */
export interface CallbackApi {
  readonly endpoint: string
  readonly headers: Readonly<Record<string, string>>
  readonly hears: DeliverySink['hears']
  readonly format: keyof typeof FORMATS
}

/** `log_format`: how the payloads of a batch become one body. */
const FORMATS = {
  json_array: { type: 'application/json', write: (payloads: readonly unknown[]) => JSON.stringify(payloads) },
  ndjson: {
    type: 'application/x-ndjson',
    write: (payloads: readonly unknown[]) => payloads.map((payload) => `${JSON.stringify(payload)}\n`).join(''),
  },
  // Each call is told alone.
  single: { type: 'application/json', write: ([payload]: readonly unknown[]) => JSON.stringify(payload) },
}

export function apiSink({ endpoint, headers, hears, format }: CallbackApi): DeliverySink {
  const url = addressOf(endpoint)
  const { type, write } = FORMATS[format]
  const alone = format === 'single' ? { batchSize: 1, flushIntervalMs: 0 } : {}
  return {
    ...alone,
    hears,
    async deliver(batch: readonly Delivery[], signal) {
      const body = write(batch.map(({ payload }) => payload))
      await post({ url, headers: { 'content-type': type, ...headers }, body, signal })
    },
  }
}

/** LiteLLM's `generic_api`: a JSON array of payloads, to any address. */
export const genericApi: Callback = {
  what: 'A JSON array of payloads, by POST to an address of your own',
  variables: ['GENERIC_LOGGER_ENDPOINT', 'GENERIC_LOGGER_HEADERS'],
  needed: 1,
  tellsChanges: true,
  open: (env) =>
    apiSink({
      endpoint: env.GENERIC_LOGGER_ENDPOINT!,
      headers: pairsOf(env.GENERIC_LOGGER_HEADERS),
      hears: undefined,
      format: 'json_array',
    }),
}
