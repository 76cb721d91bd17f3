import { Agent } from 'undici'
import { oldestBeyond } from '../../lib/memoize.ts'
import type { AwsCredential, Credential, GoogleCredential } from '../../types.ts'
import { createAwsSignature } from './aws-signature.ts'
import type { Unsigned } from './credentials.ts'
import { createGoogleToken } from './google-token.ts'

/** Gets requests past the door of clouds, where a header that stays the same does not. */
export interface Authorizer {
  /** What is to be added to the headers. Rejects with a `LiteLLMError` that may be shown. */
  authorize(credential: Credential, request: Unsigned): Promise<Readonly<Record<string, string>>>
  close(): Promise<void>
}

type Authorize = (request: Unsigned) => Promise<Record<string, string>>

/** Reached when models come and go for a very long time; then the oldest are created again. */
const MAX_KNOWN = 1_000

export function createAuthorizer(): Authorizer {
  const agent = new Agent()
  const known = new Map<string, Authorize>()
  const byKind: { readonly [kind in Credential['kind']]: (credential: never) => Authorize } = {
    aws: (credential: AwsCredential) => createAwsSignature(credential),
    google: (credential: GoogleCredential) => createGoogleToken(credential, agent),
  }

  return {
    authorize: (credential, request) => find(credential)(request),
    close: () => agent.destroy(),
  }

  /** By what it says: models that are reloaded keep their tokens. */
  function find(credential: Credential): Authorize {
    const name = JSON.stringify(credential)
    const found = known.get(name)
    if (found) return found
    const made = byKind[credential.kind](credential as never)
    known.set(name, made)
    for (const oldest of oldestBeyond(known, MAX_KNOWN)) known.delete(oldest)
    return made
  }
}
