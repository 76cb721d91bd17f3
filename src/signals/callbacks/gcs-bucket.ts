import { createHash } from 'node:crypto'
import { isTrue } from '../../lib/environment.ts'
import { googleCredentialOf } from '../../models/providers/cloud-credential.ts'
import type { Json } from '../../types.ts'
import { type Delivery, DeliveryError } from '../outbox/delivery.ts'
import {
  addressOf,
  type Callback,
  type CallbackSettings,
  type Environment,
  numberIn,
  objectIn,
  textIn,
} from './callback.ts'
import { batchDigest } from './object-key.ts'
import { post } from './post.ts'

const CLOUD = 'https://storage.googleapis.com'
/** LiteLLM's. */
const BATCH_SIZE = 2_048
const FLUSH_INTERVAL_S = 20

/** Google Cloud Storage: one NDJSON object for each batch, or one JSON object for each call. */
export const gcsBucket: Callback = {
  what: 'Google Cloud Storage: one NDJSON object for each batch, or one JSON object for each call',
  variables: [
    'GCS_BUCKET_NAME',
    'GCS_PATH_SERVICE_ACCOUNT',
    'GCS_USE_BATCHED_LOGGING',
    'GCS_BATCH_SIZE',
    'GCS_FLUSH_INTERVAL',
    'STORAGE_EMULATOR_HOST',
  ],
  needed: 1,
  isOperators: true,
  open(env, settings) {
    const bucket = gcsObjects(env, settings)
    // What is read back is written at once, and each call by itself.
    const isCold = settings.coldStorage === 'gcs_bucket'
    const isBatched = isTrue(env.GCS_USE_BATCHED_LOGGING ?? 'true') && !isCold
    return {
      batchSize: Number(env.GCS_BATCH_SIZE) || BATCH_SIZE,
      flushIntervalMs: (Number(env.GCS_FLUSH_INTERVAL) || (isCold ? 1 : FLUSH_INTERVAL_S)) * 1_000,
      async deliver(batch, signal) {
        if (!isBatched) {
          for (const delivery of batch) {
            await bucket.put(nameOf(delivery), 'application/json', JSON.stringify(delivery.payload), signal)
          }
          return
        }
        const payloads = batch.map(({ payload }) => payload)
        const body = payloads.map((payload) => JSON.stringify(payload)).join('\n')
        await bucket.put(batchName(payloads), 'application/x-ndjson', body, signal)
      },
    }
  },
}

/** Objects of the bucket that the environment names; it may name a folder in it: `bucket/folder`. */
export function gcsObjects(env: Environment, { authorizer }: CallbackSettings) {
  const base = addressOf(env.STORAGE_EMULATOR_HOST || CLOUD)
  const [bucket = '', ...folders] = (env.GCS_BUCKET_NAME ?? '').replace(/\/+$/, '').split('/')
  const credential = googleCredentialOf({ vertex_credentials: env.GCS_PATH_SERVICE_ACCOUNT || undefined }, env)
  const authorized = async (url: string) => {
    const unsigned = { method: 'POST', url, headers: {}, body: undefined }
    return await authorizer.authorize(credential, unsigned).catch((cause: Error) => {
      throw new DeliveryError(cause.message, { cause })
    })
  }
  const whole = (name: string) => encodeURIComponent([...folders, name].join('/'))
  return {
    async put(name: string, type: string, body: string, signal: AbortSignal): Promise<void> {
      const url = `${base}/upload/storage/v1/b/${encodeURIComponent(bucket)}/o?uploadType=media&name=${whole(name)}`
      await post({ url, headers: { 'content-type': type, ...(await authorized(url)) }, body, signal })
    },
    async get(name: string, signal: AbortSignal): Promise<string> {
      const url = `${base}/storage/v1/b/${encodeURIComponent(bucket)}/o/${whole(name)}?alt=media`
      return await post({ method: 'GET', url, headers: await authorized(url), signal })
    },
  }
}

function nameOf({ id, status, payload }: Delivery): string {
  const cold = textIn(objectIn(payload, 'metadata'), 'cold_storage_object_key')
  if (cold) return cold
  const failure = `failure-${createHash('sha256').update(id).digest('hex').slice(0, 32)}`
  return `${dayOf(payload)}/${status === 'failure' ? failure : textIn(payload, 'id')}`
}

/** The same batch has the same name, however often it is told. */
function batchName(payloads: readonly Json[]): string {
  const first = payloads[0] ?? {}
  const time = Math.round(numberIn(first, 'endTime') * 1_000)
  return `${dayOf(first)}/batch-${time}-${batchDigest(payloads).slice(0, 8)}.ndjson`
}

function dayOf(payload: Json): string {
  return new Date(numberIn(payload, 'endTime') * 1_000).toISOString().slice(0, 10)
}
