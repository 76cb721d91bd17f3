import type { Environment } from '../../lib/environment.ts'
import type { AwsCredential, Credential, GoogleCredential } from '../../types.ts'
import { firstOf } from './base-url.ts'
import type { CloudParams } from './cloud-params.ts'

const CREDENTIALS = [
  'VERTEXAI_CREDENTIALS',
  'VERTEX_CREDENTIALS',
  'DEFAULT_GOOGLE_APPLICATION_CREDENTIALS',
  'GOOGLE_APPLICATION_CREDENTIALS',
]

export interface CloudCredentialSource {
  readonly cloud: 'aws' | 'google'
  readonly params: CloudParams
  readonly region: string
  /** The address is the cloud's own, or the environment's. */
  readonly atHome: boolean
}

/**
 * Who a deployment is at its cloud. SECURITY: Google's token opens everything its account may do, so that one made of the
 * environment goes only where keys of the environment go; what AWS is sent is a signature for one address.
 */
export function cloudCredentialOf(source: CloudCredentialSource, env: Environment): Credential | undefined {
  const { cloud, params, region, atHome } = source
  if (cloud === 'aws') return awsCredentialOf(params, region, env)
  return atHome || params.vertex_credentials !== undefined ? googleCredentialOf(params, env) : undefined
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
