import { randomBytes } from 'node:crypto'

/** A key as clients send it, 192 random bits. */
export function newSecret(): string {
  return `sk-${randomBytes(24).toString('base64url')}`
}
