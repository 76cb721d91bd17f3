import type { Json } from '../../types.ts'
import type { Delivery, DeliverySink } from '../outbox/delivery.ts'
import { awsDomain, awsIdentity, sendSigned } from './aws.ts'
import {
  addressOf,
  type Callback,
  type CallbackSettings,
  type Environment,
  objectIn,
  type S3Params,
  textIn,
} from './callback.ts'
import { auditKeyOf, batchKeyOf, objectKeyOf } from './object-key.ts'
import type { Post } from './post.ts'

/** What S3 says of an object that it will never take. Other refusals speak of rights and of the moment. */
const FINAL =
  /<Code>(EntityTooLarge|InvalidArgument|MalformedXML|InvalidDigest|KeyTooLongError|BadDigest|InvalidRequest)<\/Code>/

/** LiteLLM's. */
const UPLOADS = 16
const FLUSH_INTERVAL_MS = 10_000
const COLD_INTERVAL_MS = 1_000

/** Amazon S3, or what speaks its API: one object for each call, under LiteLLM's key, or one for each batch. */
export const s3: Callback = {
  what: 'Amazon S3: one JSON object for each call, or one NDJSON object for each batch (`s3_callback_params`)',
  variables: ['AWS_REGION_NAME', 'AWS_ACCESS_KEY_ID', 'AWS_SECRET_ACCESS_KEY', 'AWS_SESSION_TOKEN'],
  needed: 0,
  isOperators: true,
  tellsChanges: true,
  missingSettings: ({ s3CallbackParams }) =>
    s3CallbackParams?.s3_bucket_name ? [] : ['litellm_settings.s3_callback_params.s3_bucket_name'],
  open(env, settings) {
    const { s3CallbackParams: params = {}, coldStorage } = settings
    const bucket = bucketOf(env, settings)
    // What is read back is written at once, and each call by itself.
    const isCold = coldStorage === 's3_v2' || coldStorage === 's3'
    const isWhole = (batch: readonly Delivery[]) =>
      params.s3_batch_file_upload === true && !isCold && !batch[0]?.payload.table_name
    return {
      batchSize: params.s3_batch_size,
      flushIntervalMs: params.s3_flush_interval ?? (isCold ? COLD_INTERVAL_MS : FLUSH_INTERVAL_MS),
      deliver: async (batch, signal) =>
        isWhole(batch)
          ? await putWhole(batch, signal)
          : await putEach(batch, params.s3_max_concurrent_uploads ?? UPLOADS, signal),
    } satisfies DeliverySink

    async function putWhole(batch: readonly Delivery[], signal: AbortSignal): Promise<void> {
      const payloads = batch.map(({ payload }) => told(payload, params))
      const body = payloads.map((payload) => JSON.stringify(payload)).join('\n')
      await bucket.put(batchKeyOf(payloads, params), 'application/x-ndjson', body, signal)
    }

    /** An object that comes twice is one object, so a batch that fails half-way is told again whole. */
    async function putEach(batch: readonly Delivery[], atOnce: number, signal: AbortSignal): Promise<void> {
      for (let from = 0; from < batch.length; from += atOnce) {
        const puts = batch.slice(from, from + atOnce).map(async ({ payload }) => {
          const key = keyOf(payload, params)
          await bucket.put(key, 'application/json', JSON.stringify(told(payload, params)), signal)
        })
        await Promise.all(puts)
      }
    }
  },
}

function keyOf(payload: Json, params: S3Params): string {
  if (payload.table_name) return auditKeyOf(payload, params)
  return textIn(objectIn(payload, 'metadata'), 'cold_storage_object_key') ?? objectKeyOf(payload, params)
}

/** `s3_log_prompts_only` */
function told(payload: Json, { s3_log_prompts_only: promptsOnly }: S3Params): Json {
  return promptsOnly ? { ...payload, response: null } : payload
}

/** Objects of the bucket that the settings name. */
export function bucketOf(env: Environment, settings: CallbackSettings) {
  const { s3CallbackParams: params = {} } = settings
  const credential = awsIdentity('s3', params, env)
  const base = baseOf(params, credential.region)
  const encryption = {
    ...(params.s3_server_side_encryption && { 'x-amz-server-side-encryption': params.s3_server_side_encryption }),
    ...(params.s3_sse_kms_key_id && { 'x-amz-server-side-encryption-aws-kms-key-id': params.s3_sse_kms_key_id }),
  }
  const send = (request: Omit<Post, 'url'>, key: string) => {
    const url = `${base}/${key.split('/').map(escaped).join('/')}`
    return sendSigned(settings, credential, { ...request, url, refuses: (_, text) => FINAL.test(text) })
  }
  return {
    async put(key: string, type: string, body: string, signal: AbortSignal): Promise<void> {
      const headers = { 'content-type': type, 'cache-control': 'private, immutable, max-age=31536000, s-maxage=0' }
      await send({ method: 'PUT', headers: { ...headers, ...encryption }, body, signal }, key)
    },
    get: (key: string, signal: AbortSignal): Promise<string> => send({ method: 'GET', headers: {}, signal }, key),
  }
}

function baseOf({ s3_endpoint_url: endpoint, s3_bucket_name: bucket, ...params }: S3Params, region: string): string {
  if (!endpoint) return `https://${bucket}.s3.${region}.${awsDomain(region)}`
  const address = addressOf(endpoint)
  return params.s3_use_virtual_hosted_style ? address.replace('://', `://${bucket}.`) : `${address}/${bucket}`
}

/** As RFC 3986 has it: S3 escapes more than JavaScript does, and signs what is sent. */
function escaped(part: string): string {
  return encodeURIComponent(part).replace(/[!'()*]/g, (one) => `%${one.charCodeAt(0).toString(16).toUpperCase()}`)
}
