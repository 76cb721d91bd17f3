import { hash, randomBytes, scrypt, timingSafeEqual } from 'node:crypto'

/** What LiteLLM stores: `scrypt:` and base64 of a salt of 16 bytes and a key of 32. Its older rows have SHA-256 hex. */
const PREFIX = 'scrypt:'
const SALT_BYTES = 16
const KEY_BYTES = 32
const COST = { N: 16_384, r: 8, p: 1 }
const SHA_256 = /^[0-9a-f]{64}$/

/** A password as `LiteLLM_UserTable.password` holds it. */
export async function hashPassword(password: string): Promise<string> {
  const salt = randomBytes(SALT_BYTES)
  return PREFIX + Buffer.concat([salt, await derive(password, salt)]).toString('base64')
}

/** Takes the time of one derivation whatever is stored, so that it does not tell who has a password. */
export async function verifyPassword(password: string, stored: string | null | undefined): Promise<boolean> {
  const bytes = Buffer.from(stored?.startsWith(PREFIX) ? stored.slice(PREFIX.length) : '', 'base64')
  const salt = bytes.length === SALT_BYTES + KEY_BYTES ? bytes.subarray(0, SALT_BYTES) : Buffer.alloc(SALT_BYTES)
  const derived = await derive(password, salt)
  if (bytes.length === SALT_BYTES + KEY_BYTES) return timingSafeEqual(derived, bytes.subarray(SALT_BYTES))
  return (
    stored !== null && stored !== undefined && SHA_256.test(stored) && equalSecrets(hash('sha256', password), stored)
  )
}

/** Whether the password has to be hashed again, because it was stored by an old LiteLLM. */
export function isOldHash(stored: string): boolean {
  return !stored.startsWith(PREFIX)
}

/** Whether two secrets are equal, in a time that does not depend on where they differ. */
export function equalSecrets(left: string, right: string): boolean {
  return timingSafeEqual(hash('sha256', left, 'buffer'), hash('sha256', right, 'buffer'))
}

function derive(password: string, salt: Buffer): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    scrypt(password, salt, KEY_BYTES, COST, (error, key) => (error ? reject(error) : resolve(key)))
  })
}
