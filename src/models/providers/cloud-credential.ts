import { type Environment, firstOf } from '../../lib/environment.ts'
import type { AwsCredential, Credential, GoogleCredential } from '../../types.ts'

const CREDENTIALS = [
  'VERTEXAI_CREDENTIALS',
  'VERTEX_CREDENTIALS',
  'DEFAULT_GOOGLE_APPLICATION_CREDENTIALS',
  'GOOGLE_APPLICATION_CREDENTIALS',
]

/** The `litellm_params` that tell who we are at AWS and Google, and where there. */
export interface CloudParams {
  readonly aws_access_key_id?: string | undefined
  readonly aws_secret_access_key?: string | undefined
  readonly aws_session_token?: string | undefined
  readonly aws_region_name?: string | undefined
  readonly aws_profile_name?: string | undefined
  readonly aws_role_name?: string | undefined
  readonly aws_session_name?: string | undefined
  readonly aws_external_id?: string | undefined
  readonly aws_web_identity_token?: string | undefined
  readonly aws_sts_endpoint?: string | undefined
  readonly aws_bedrock_runtime_endpoint?: string | undefined
  readonly vertex_project?: string | undefined
  readonly vertex_location?: string | undefined
  /** A path, the JSON itself, or an object with what stands in it. */
  readonly vertex_credentials?: string | object | undefined
}

/** An entry that says who it is does not want the environment's token. */
export function hasOwnIdentity(params: CloudParams): boolean {
  return OWN.some((name) => params[name] !== undefined)
}

const OWN = ['aws_access_key_id', 'aws_profile_name', 'aws_role_name', 'vertex_credentials'] as const

/** Keys of the entry, all of them or none; else those of the environment, which AWS's own chain would find first too. */
export function awsCredentialOf(params: CloudParams, region: string, env: Environment): AwsCredential {
  const ofEntry = params.aws_access_key_id !== undefined || params.aws_profile_name !== undefined
  const keys: CloudParams = ofEntry
    ? params
    : {
        aws_access_key_id: env.AWS_ACCESS_KEY_ID,
        aws_secret_access_key: env.AWS_SECRET_ACCESS_KEY,
        aws_session_token: env.AWS_SESSION_TOKEN,
      }
  return withoutNothing({
    kind: 'aws',
    region,
    accessKeyId: keys.aws_access_key_id,
    secretAccessKey: keys.aws_secret_access_key,
    sessionToken: keys.aws_session_token,
    profile: params.aws_profile_name,
    roleArn: params.aws_role_name,
    roleSessionName: params.aws_session_name,
    externalId: params.aws_external_id,
    webIdentityToken: params.aws_web_identity_token,
    stsEndpoint: params.aws_sts_endpoint,
  })
}

/** `vertex_credentials`, else what the environment names, else the machine's own. */
export function googleCredentialOf({ vertex_credentials: given }: CloudParams, env: Environment): GoogleCredential {
  const source = typeof given === 'object' ? JSON.stringify(given) : (given ?? firstOf(env, CREDENTIALS))
  if (source?.trimStart().startsWith('{')) return { kind: 'google', json: source }
  if (source) return { kind: 'google', file: source }
  return withoutNothing({ kind: 'google', metadataHost: env.GCE_METADATA_HOST })
}

function withoutNothing<T extends Credential>(credential: { [K in keyof T]: T[K] | undefined }): T {
  return Object.fromEntries(Object.entries(credential).filter(([, value]) => value)) as T
}
