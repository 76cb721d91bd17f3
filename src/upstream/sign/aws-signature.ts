import { createHash, createHmac } from 'node:crypto'
import type { SignatureV4 } from '@smithy/signature-v4'
import type { AwsCredential } from '../../types.ts'
import { createExpiring, credentialError, type Expiring, type Unsigned } from './credentials.ts'

const SIGNATURE_PACKAGE = '@smithy/signature-v4'
/** What is signed beside the host. Everything else may change on the way. */
const SIGNED = /^(content-type$|x-amz)/

/** Signs requests to AWS with AWS's own signer. It is a package that only those need who have such deployments. */
export function createAwsSignature(credential: AwsCredential) {
  const identity = createExpiring(() => awsIdentityOf(credential))
  let opening: Promise<SignatureV4> | undefined

  return async function sign(request: Unsigned): Promise<Record<string, string>> {
    opening ??= open()
    const signer = await opening
    const url = new URL(request.url)
    const [path = ''] = request.url.slice(request.url.indexOf('/', request.url.indexOf('//') + 2)).split('?', 1)
    const { headers } = await signer.sign({
      method: request.method,
      protocol: url.protocol,
      hostname: url.hostname,
      // As it is sent: the parsed one has some characters escaped.
      path,
      query: queryOf(url.searchParams),
      headers: { ...signedOf(request.headers), host: url.host },
      body: request.body,
    })
    const { host: _host, ...signed } = headers
    return signed
  }

  async function open(): Promise<SignatureV4> {
    const { region, service = 'bedrock' } = credential
    const { SignatureV4 } = await import('@smithy/signature-v4').catch((cause: unknown) => {
      throw credentialError(
        `Signing calls to AWS needs the package ${SIGNATURE_PACKAGE}; a bearer token for Bedrock does not.`,
        cause,
      )
    })
    return new SignatureV4({
      ...{ service, region, credentials: identity, sha256: Sha256 },
      // The path is signed as it is sent by S3, and escaped once more by all others.
      uriEscapePath: service !== 's3',
    })
  }
}

/** SHA-256, or with a secret HMAC of it, as the signer asks for it. */
class Sha256 {
  readonly #hash: ReturnType<typeof createHash | typeof createHmac>

  constructor(secret?: string | ArrayBuffer | ArrayBufferView) {
    this.#hash = secret === undefined ? createHash('sha256') : createHmac('sha256', bytesOf(secret))
  }

  update(bytes: Uint8Array): void {
    this.#hash.update(bytes)
  }

  digest(): Promise<Uint8Array> {
    return Promise.resolve(this.#hash.digest())
  }

  reset(): void {}
}

function bytesOf(secret: string | ArrayBuffer | ArrayBufferView): string | Uint8Array {
  if (typeof secret === 'string') return secret
  return ArrayBuffer.isView(secret)
    ? new Uint8Array(secret.buffer, secret.byteOffset, secret.byteLength)
    : new Uint8Array(secret)
}

function signedOf(headers: Unsigned['headers']): Record<string, string> {
  return Object.fromEntries(Object.entries(headers).filter(([name]) => SIGNED.test(name)))
}

function queryOf(parameters: URLSearchParams): Record<string, string | string[]> {
  const names = [...new Set(parameters.keys())]
  return Object.fromEntries(names.map((name) => [name, parameters.getAll(name)]))
}

interface AwsIdentity {
  readonly accessKeyId: string
  readonly secretAccessKey: string
  readonly sessionToken?: string
}

type Found = AwsIdentity & { readonly expiration?: Date }
type Provider = () => Promise<Found>

const SESSION_NAME = 'express-litellm'
const PROVIDERS_PACKAGE = '@aws-sdk/credential-providers'

/** Who signs: the keys that are written down, else whom AWS's own providers find. Those need a package; see the message. */
async function awsIdentityOf(credential: AwsCredential): Promise<Expiring<AwsIdentity>> {
  const written = writtenIn(credential)
  if (written && !credential.roleArn) return { value: written }
  const providers = await import('@aws-sdk/credential-providers').catch((cause: unknown) => {
    throw credentialError(
      `AWS credentials that are not written down as keys need the package ${PROVIDERS_PACKAGE}.`,
      cause,
    )
  })
  try {
    return expiring(await providerOf(credential, written, providers)())
  } catch (cause) {
    // AWS's own message may name files and addresses of ours.
    throw credentialError('No AWS credentials could be had for this deployment.', cause)
  }
}

function writtenIn({ accessKeyId, secretAccessKey, sessionToken }: AwsCredential): AwsIdentity | undefined {
  return accessKeyId && secretAccessKey ? { accessKeyId, secretAccessKey, sessionToken } : undefined
}

function providerOf(
  credential: AwsCredential,
  written: AwsIdentity | undefined,
  providers: typeof import('@aws-sdk/credential-providers'),
): Provider {
  const { region, profile, roleArn, externalId, webIdentityToken, stsEndpoint } = credential
  const clientConfig = { region, ...(stsEndpoint && { endpoint: stsEndpoint }) }
  const chain = providers.fromNodeProviderChain({ clientConfig, ...(profile && { profile }) })
  if (!roleArn) return chain
  const roleSessionName = credential.roleSessionName ?? SESSION_NAME
  if (webIdentityToken) return providers.fromWebToken({ clientConfig, roleArn, roleSessionName, webIdentityToken })
  const params = { RoleArn: roleArn, RoleSessionName: roleSessionName, ...(externalId && { ExternalId: externalId }) }
  return providers.fromTemporaryCredentials({ clientConfig, params, masterCredentials: written ?? chain })
}

function expiring({ expiration, ...value }: Found): Expiring<AwsIdentity> {
  return { value, ...(expiration && { endsAt: expiration.getTime() }) }
}
