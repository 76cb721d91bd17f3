import { hashSecret } from '../../auth/hash-secret.ts'

/** Management endpoints take a key or its hash. */
export function tokenOf(key: string): string {
  return key.startsWith('sk-') ? hashSecret(key) : key
}

/** A key as messages may show it: secrets are in none. */
export function shownKey(key: string): string {
  return key.startsWith('sk-') ? hashSecret(key) : key
}
