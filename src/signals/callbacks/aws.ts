import { awsCredentialOf } from '../../models/providers/cloud-credential.ts'
import type { AwsCredential } from '../../types.ts'
import { DeliveryError } from '../outbox/delivery.ts'
import type { CallbackSettings, Environment } from './callback.ts'
import { type Post, post } from './post.ts'

/** Who signs for a callback: what its parameters say (`s3_aws_role_name`), else the environment, else AWS's own chain. */
export function awsIdentity(
  service: NonNullable<AwsCredential['service']>,
  params: object,
  env: Environment,
): AwsCredential {
  const prefix = `${service}_`
  const own = Object.entries(params)
    .filter(([name]) => name.startsWith(`${prefix}aws_`))
    .map(([name, value]) => [name.slice(prefix.length), value])
  const given = (params as Readonly<Record<string, unknown>>)[`${prefix}region_name`]
  const region = given ?? env.AWS_REGION_NAME ?? env.AWS_REGION ?? env.AWS_DEFAULT_REGION ?? 'us-east-1'
  return { ...awsCredentialOf(Object.fromEntries(own), String(region), env), service }
}

/** Signs a request, and sends it. Without credentials it is sent later: they may come. */
export async function sendSigned(
  { authorizer }: Pick<CallbackSettings, 'authorizer'>,
  credential: AwsCredential,
  request: Post,
): Promise<string> {
  const { method = 'POST', url, headers, body } = request
  const unsigned = { method, url, headers, body: body === undefined ? undefined : Buffer.from(body) }
  const signed = await authorizer.authorize(credential, unsigned).catch((cause: Error) => {
    throw new DeliveryError(cause.message, { cause })
  })
  return await post({ ...request, headers: { ...headers, ...signed } })
}

/** `amazonaws.com`, or what it is called in this region. */
export function awsDomain(region: string): string {
  return region.startsWith('cn-') ? 'amazonaws.com.cn' : 'amazonaws.com'
}

/** Errors of AWS's JSON protocols name a type, with or without its namespace. */
export function awsErrorType(text: string): string {
  try {
    const { __type: type = '' } = JSON.parse(text) as { __type?: string }
    return String(type).split('#').pop() ?? ''
  } catch {
    return ''
  }
}
