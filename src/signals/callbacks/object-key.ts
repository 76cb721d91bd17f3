import { createHash } from 'node:crypto'
import type { Json } from '../../types.ts'
import type { S3Params } from './callback.ts'
import { numberIn, objectIn, textIn } from './callback.ts'

const MAX_KEY_BYTES = 1_024
/** Of a name that is cut; the digest of the whole name follows. */
const HEAD_BYTES = 64

/**
 * The key under which LiteLLM keeps a call: path, aliases where the settings want them, day, time of the start, id. One that
 * is too long for S3 has its name cut, and a digest in its place.
 */
export function objectKeyOf(payload: Json, params: S3Params): string {
  const [date = '', time = ''] = dateOf(payload).toISOString().replace('Z', '').split('T')
  const id = textIn(payload, 'id') ?? ''
  const name = `time-${time.replace(/[:.]/g, '-')}000_${id}`
  const parent = `${prefixOf(payload, params)}${date}/${params.s3_partition_granularity === 'hour' ? `${time.slice(0, 2)}/` : ''}`
  const key = `${parent}${name.replace(/[/:]/g, '_')}.json`
  return Buffer.byteLength(key) <= MAX_KEY_BYTES ? key : `${parent}${cut(name)}.json`
}

/** The key of a change: those have a folder of their own. */
export function auditKeyOf(payload: Json, { s3_path: path = '' }: S3Params): string {
  const [day = '', time = ''] = (textIn(payload, 'updated_at') ?? '').split('T')
  const name = `${time.slice(0, 8).replaceAll(':', '-')}_${textIn(payload, 'id')}`
  return `${path && `${path.replace(/\/+$/, '')}/`}audit_logs/${day}/${name}.json`
}

/** All of a batch in one object. The same batch has the same name, however often it is told. */
export function batchKeyOf(payloads: readonly Json[], params: S3Params): string {
  const [first] = payloads
  const parent = objectKeyOf(first ?? {}, params)
    .split('/')
    .slice(0, -1)
  const time = dateOf(first ?? {})
    .toISOString()
    .slice(11, 19)
    .replaceAll(':', '-')
  return [...parent, `batch_${time}_${batchDigest(payloads).slice(0, 32)}.jsonl`].join('/')
}

/** Of the calls in it. */
export function batchDigest(payloads: readonly Json[]): string {
  return createHash('sha256')
    .update(payloads.map(({ litellm_call_id: id }) => id).join())
    .digest('hex')
}

function dateOf(payload: Json): Date {
  return new Date(numberIn(payload, 'startTime') * 1_000)
}

function prefixOf(payload: Json, { s3_path, s3_use_team_prefix, s3_use_key_prefix }: S3Params): string {
  const metadata = objectIn(payload, 'metadata')
  const aliases = [
    s3_use_team_prefix && textIn(metadata, 'user_api_key_team_alias'),
    s3_use_key_prefix && textIn(metadata, 'user_api_key_alias'),
  ]
  return [s3_path?.replace(/\/+$/, ''), ...aliases].flatMap((part) => (part ? [`${part}/`] : [])).join('')
}

function cut(name: string): string {
  const head = Buffer.from(name.replace(/[/:]/g, '_'))
    .subarray(0, HEAD_BYTES)
    .toString()
    .replace(/\uFFFD+$/, '')
  return `${head}_${createHash('sha256').update(name).digest('hex')}`
}
