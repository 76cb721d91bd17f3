import { timingSafeEqual } from 'node:crypto'
import { hashSecret } from './hash-secret.ts'
import { abbreviateSecret, maskSecret } from './mask-secret.ts'
import type { Refusal } from './refusal.ts'

/** Who somebody claims to be. `shown` is safe in messages. */
export type Credential =
  | { readonly kind: 'master' }
  | { readonly kind: 'virtual'; readonly hashedToken: string; readonly shown: string }
  | { readonly kind: 'refused'; readonly refusal: Refusal }

/** What to do with what `secretFrom` found. Only `virtual` needs the key store. */
export function credentialOf(secret: string | undefined, masterKeyHash: string | undefined): Credential {
  if (secret === undefined) return refused({ code: 'missing_key' })
  if (secret === '') return refused({ code: 'malformed_key' })
  const hashedToken = hashSecret(secret)
  if (masterKeyHash !== undefined && equalDigests(hashedToken, masterKeyHash)) return { kind: 'master' }
  if (!secret.startsWith('sk-')) return refused({ code: 'not_a_virtual_key', message: expected(secret) })
  return { kind: 'virtual', hashedToken, shown: abbreviateSecret(secret) }
}

/** The refusal of a key that the store does not have. */
export function unknownKey({ hashedToken, shown }: { hashedToken: string; shown: string }): Refusal {
  return {
    code: 'unknown_key',
    param: 'key',
    message:
      `Authentication Error, Invalid proxy server token passed. Received API Key = ${shown}, ` +
      `Key Hash (Token) =${hashedToken}. Unable to find token in cache or \`LiteLLM_VerificationTokenTable\``,
  }
}

/** Digests have one length, so the comparison takes the same time whatever was sent. */
function equalDigests(left: string, right: string): boolean {
  return left.length === right.length && timingSafeEqual(Buffer.from(left), Buffer.from(right))
}

function refused(refusal: Refusal): Credential {
  return { kind: 'refused', refusal }
}

function expected(secret: string): string {
  return `LiteLLM Virtual Key expected. Received=${maskSecret(secret)}, expected to start with 'sk-'.`
}
