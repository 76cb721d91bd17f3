import { hash } from 'node:crypto'

/** SHA-256 hex of the whole secret: `LiteLLM_VerificationToken.token`. Always hashes, so a stored hash is no key. */
export function hashSecret(secret: string): string {
  return hash('sha256', secret)
}
