import { hash, timingSafeEqual } from 'node:crypto'
import type { VirtualKey } from '../../types.ts'
import type { Refusal } from '../facts/refusal.ts'

const ROLES = [
  'proxy_admin',
  'proxy_admin_viewer',
  'org_admin',
  'internal_user',
  'internal_user_viewer',
  'team',
  'customer',
] as const

/** What current LiteLLM calls the user of a call that came while its database was away. */
const FALLBACK_USER_ID = '__db_unavailable_fallback__'

/** What current LiteLLM logs instead of the master key's hash. */
const MASTER_KEY_ALIAS = 'litellm_proxy_master_key'

/** The identity behind the master key: LiteLLM's default administrator. It has no row, no budget and no limit. */
export const MASTER_KEY: VirtualKey = Object.freeze({
  hashedToken: MASTER_KEY_ALIAS,
  master: true,
  owners: { userId: 'default_user_id' },
  models: [],
  blocked: false,
  spend: 0,
  metadata: {},
  teamMetadata: {},
})

/** Who somebody claims to be. `shown` is safe in messages. */
export type Credential =
  | { readonly kind: 'master' }
  | { readonly kind: 'virtual'; readonly hashedToken: string; readonly shown: string }
  | { readonly kind: 'refused'; readonly refusal: Refusal }

/** What to do with what `secretFrom` found. Only `virtual` needs the key store. */
export function credentialOf(secret: string | undefined, masterKeyHash: string | undefined): Credential {
  if (secret === undefined) return refused({ code: 'missing_key', param: 'None' })
  if (secret === '') return refused({ code: 'malformed_key', param: 'None' })
  const hashedToken = hashSecret(secret)
  if (masterKeyHash !== undefined && equalDigests(hashedToken, masterKeyHash)) return { kind: 'master' }
  if (!secret.startsWith('sk-')) return refused({ code: 'not_a_virtual_key', param: 'None', message: expected(secret) })
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

/**
 * Who a caller is while the database cannot be asked and `allow_requests_on_db_unavailable` lets everybody in: an
 * ordinary user without budgets or limits. What it spends is recorded under the key it sent.
 */
export function fallbackKey(hashedToken: string): VirtualKey {
  return {
    hashedToken,
    master: false,
    owners: { userId: FALLBACK_USER_ID },
    models: [],
    blocked: false,
    spend: 0,
    metadata: {},
    teamMetadata: {},
    user: { id: FALLBACK_USER_ID, role: 'internal_user', models: [], spend: 0, metadata: {} },
  }
}

/** SHA-256 hex of the whole secret: `LiteLLM_VerificationToken.token`. Always hashes, so a stored hash is no key. */
export function hashSecret(secret: string): string {
  return hash('sha256', secret)
}

/** A secret as it may appear in messages: its first and last four characters, or nothing of a short one. */
export function maskSecret(secret: string): string {
  return secret.length > 8 ? `${secret.slice(0, 4)}****${secret.slice(-4)}` : '****'
}

/** A secret as LiteLLM's key lists show it (`key_name`). */
export function abbreviateSecret(secret: string): string {
  return `sk-...${secret.slice(-4)}`
}

export type Role = (typeof ROLES)[number]

/** The role behind a key: its user's. Without a user there is none, and one that LiteLLM does not know is the usual. */
export function roleOf({ master, user }: VirtualKey): Role | undefined {
  if (master) return 'proxy_admin'
  if (!user?.role) return undefined
  return ROLES.find((role) => role === user.role) ?? 'internal_user'
}
