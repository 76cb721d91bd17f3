import type { AwsCredential } from '../../types.ts'
import { credentialError } from './credential-error.ts'
import type { Expiring } from './expiring.ts'

export interface AwsIdentity {
  readonly accessKeyId: string
  readonly secretAccessKey: string
  readonly sessionToken?: string
}

type Found = AwsIdentity & { readonly expiration?: Date }
type Provider = () => Promise<Found>

const SESSION_NAME = 'express-litellm'
const PACKAGE = '@aws-sdk/credential-providers'

/** Who signs: the keys that are written down, else whom AWS's own providers find. Those need a package; see the message. */
export async function awsIdentityOf(credential: AwsCredential): Promise<Expiring<AwsIdentity>> {
  const written = writtenIn(credential)
  if (written && !credential.roleArn) return { value: written }
  const providers = await import('@aws-sdk/credential-providers').catch((cause: unknown) => {
    throw credentialError(`AWS credentials that are not written down as keys need the package ${PACKAGE}.`, cause)
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
