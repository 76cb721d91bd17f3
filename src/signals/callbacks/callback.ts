import { ConfigError } from '../../errors.ts'
import type { Json } from '../../types.ts'
import type { Authorizer } from '../../upstream/sign/authorizer.ts'
import type { DeliverySink } from '../outbox/delivery.ts'

export type Environment = Readonly<Record<string, string | undefined>>

/** A place where LiteLLM can tell calls to, by its name in `callbacks`. */
export interface Callback {
  /** What it sends and where, for the documentation. */
  readonly what: string
  /** Variables of the environment that it reads, as LiteLLM names them; the first are needed. */
  readonly variables: readonly string[]
  /** How many of `variables` it cannot do without. */
  readonly needed: number
  /** A variable that stands for another: `DD_BASE_URL` for `DD_SITE`. */
  readonly instead?: Readonly<Record<string, string>>
  /** Settings that it cannot do without, by where they stand in the configuration. */
  missingSettings?(settings: CallbackSettings): readonly string[]
  /** It writes where the gateway may write: keys can choose it, and nothing of where. */
  readonly isOperators?: boolean
  /** It can be told changes made through the management endpoints, too. */
  readonly tellsChanges?: boolean
  open(env: Environment, settings: CallbackSettings): DeliverySink
}

/** `litellm_settings` that concern callbacks. */
export interface CallbackSettings {
  readonly langfuseDefaultTags: readonly string[]
  readonly langsmithBatchSize?: number
  readonly s3CallbackParams?: S3Params
  readonly awsSqsCallbackParams?: SqsParams
  readonly dynamodbTableName?: string
  /** The callback that is the cold storage: it keeps each call under the key that its row has. */
  readonly coldStorage?: string
  readonly authorizer: Pick<Authorizer, 'authorize'>
}

export interface S3Params {
  readonly s3_bucket_name?: string
  readonly s3_region_name?: string
  readonly s3_endpoint_url?: string
  readonly s3_path?: string
  readonly s3_aws_access_key_id?: string
  readonly s3_aws_secret_access_key?: string
  readonly s3_aws_session_token?: string
  readonly s3_aws_session_name?: string
  readonly s3_aws_profile_name?: string
  readonly s3_aws_role_name?: string
  readonly s3_aws_web_identity_token?: string
  readonly s3_aws_sts_endpoint?: string
  readonly s3_use_team_prefix?: boolean
  readonly s3_use_key_prefix?: boolean
  readonly s3_use_virtual_hosted_style?: boolean
  readonly s3_server_side_encryption?: string
  readonly s3_sse_kms_key_id?: string
  readonly s3_log_prompts_only?: boolean
  readonly s3_partition_granularity?: 'day' | 'hour'
  readonly s3_max_concurrent_uploads?: number
  /** Milliseconds. */
  readonly s3_flush_interval?: number
  readonly s3_batch_size?: number
  readonly s3_batch_file_upload?: boolean
}

export interface SqsParams {
  readonly sqs_queue_url?: string
  readonly sqs_region_name?: string
  readonly sqs_endpoint_url?: string
  readonly sqs_aws_access_key_id?: string
  readonly sqs_aws_secret_access_key?: string
  readonly sqs_aws_session_token?: string
  readonly sqs_aws_session_name?: string
  readonly sqs_aws_profile_name?: string
  readonly sqs_aws_role_name?: string
  readonly sqs_aws_web_identity_token?: string
  readonly sqs_aws_sts_endpoint?: string
  /** Milliseconds. */
  readonly sqs_flush_interval?: number
}

/** The variables that a callback cannot do without, and that the environment lacks. */
export function missingVariables({ variables, needed, instead = {} }: Callback, env: Environment): readonly string[] {
  return variables.slice(0, needed).filter((variable) => !env[variable] && !env[instead[variable] ?? ''])
}

/** An address without a slash at its end. */
export function addressOf(text: string): string {
  if (!URL.canParse(text))
    throw new ConfigError('The address of a callback must be a URL, for example https://example.com.')
  return text.replace(/\/+$/, '')
}

/** `a=b,c=d` */
export function pairsOf(text = ''): Record<string, string> {
  const pairs = text.split(',').flatMap((pair) => {
    const at = pair.indexOf('=')
    return at > 0 ? [[pair.slice(0, at).trim().toLowerCase(), pair.slice(at + 1).trim()]] : []
  })
  return Object.fromEntries(pairs)
}

/** A member of a payload as an object; empty where it is none. */
export function objectIn(payload: Json, name: string): Json {
  const value = payload[name]
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Json) : {}
}

/** A member of a payload as text; `undefined` where there is none. */
export function textIn(payload: Json, name: string): string | undefined {
  const value = payload[name]
  return typeof value === 'string' && value !== '' ? value : undefined
}

/** A member of a payload as a number; 0 where it is none. */
export function numberIn(payload: Json, name: string): number {
  const value = payload[name]
  return typeof value === 'number' ? value : 0
}
