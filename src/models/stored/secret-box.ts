import { createCipheriv, createDecipheriv, createHash, hkdfSync, randomBytes } from 'node:crypto'
import nacl from 'tweetnacl'

/** LiteLLM's `general_settings.encryption_algorithm`. */
export type SecretAlgorithm = 'aes-256-gcm' | 'xsalsa20-poly1305'

/** Opens and seals the strings that LiteLLM keeps encrypted in its tables. */
export interface SecretBox {
  /** The plaintext, or `undefined` when none of our keys opens it: a foreign key, damage, or no ciphertext at all. */
  open(sealed: string): string | undefined
  seal(plain: string, algorithm: SecretAlgorithm): string
}

const V2 = 'v2:gcm:'
const V3 = 'v3:gcm:'
const GCM_NONCE_BYTES = 12
const GCM_TAG_BYTES = 16

interface Keys {
  readonly plain: Buffer
  readonly derived: Buffer
}

/**
 * `saltKeys` are LiteLLM's `LITELLM_SALT_KEY` (or the master key when there is none), the present one first; older ones
 * still open. Reads all three formats of LiteLLM's `encrypt_decrypt_utils.py`: `v3:gcm:` and `v2:gcm:` (AES-256-GCM, without
 * additional data), and NaCl's secretbox without a prefix, which is all that older versions of LiteLLM can read.
 */
export function createSecretBox(saltKeys: readonly [string, ...string[]]): SecretBox {
  const [current, ...older] = saltKeys.map(keysOf) as [Keys, ...Keys[]]
  return {
    open(sealed) {
      for (const keys of [current, ...older]) {
        const plain = openWith(keys, sealed)
        if (plain !== undefined) return plain
      }
      return undefined
    },
    seal: (plain, algorithm) => SEALERS[algorithm](current, plain),
  }
}

/** Whether a string says of itself that it is a ciphertext. NaCl's format does not. */
export function isMarkedSealed(value: string): boolean {
  return value.startsWith(V2) || value.startsWith(V3)
}

/** The algorithm to write with when none was chosen: the one every reader of these stored values understands. */
export function algorithmFor(stored: Iterable<string>): SecretAlgorithm {
  for (const value of stored) if (isMarkedSealed(value)) return 'aes-256-gcm'
  return 'xsalsa20-poly1305'
}

function keysOf(saltKey: string): Keys {
  return {
    plain: createHash('sha256').update(saltKey, 'utf8').digest(),
    derived: Buffer.from(hkdfSync('sha256', saltKey, Buffer.alloc(0), 'litellm-at-rest-v3', 32)),
  }
}

function openWith(keys: Keys, sealed: string): string | undefined {
  const opened = sealed.startsWith(V3)
    ? openGcm(keys.derived, bytesOf(sealed.slice(V3.length)))
    : sealed.startsWith(V2)
      ? openGcm(keys.plain, bytesOf(sealed.slice(V2.length)))
      : openNacl(keys.plain, bytesOf(sealed))
  return opened?.toString('utf8')
}

function openGcm(key: Buffer, bytes: Buffer): Buffer | undefined {
  if (bytes.length < GCM_NONCE_BYTES + GCM_TAG_BYTES) return undefined
  const decipher = createDecipheriv('aes-256-gcm', key, bytes.subarray(0, GCM_NONCE_BYTES), {
    authTagLength: GCM_TAG_BYTES,
  })
  decipher.setAuthTag(bytes.subarray(-GCM_TAG_BYTES))
  const text = decipher.update(bytes.subarray(GCM_NONCE_BYTES, -GCM_TAG_BYTES))
  try {
    return Buffer.concat([text, decipher.final()])
  } catch {
    // Node has no other sign for a tag that does not fit.
    return undefined
  }
}

function openNacl(key: Buffer, bytes: Buffer): Buffer | undefined {
  const { nonceLength, overheadLength } = nacl.secretbox
  if (bytes.length < nonceLength + overheadLength) return undefined
  const opened = nacl.secretbox.open(bytes.subarray(nonceLength), bytes.subarray(0, nonceLength), key)
  return opened ? Buffer.from(opened) : undefined
}

const SEALERS: Readonly<Record<SecretAlgorithm, (keys: Keys, plain: string) => string>> = {
  'aes-256-gcm': (keys, plain) => {
    const nonce = randomBytes(GCM_NONCE_BYTES)
    const cipher = createCipheriv('aes-256-gcm', keys.derived, nonce)
    const text = Buffer.concat([cipher.update(plain, 'utf8'), cipher.final()])
    return V3 + textOf(Buffer.concat([nonce, text, cipher.getAuthTag()]))
  },
  'xsalsa20-poly1305': (keys, plain) => {
    const nonce = randomBytes(nacl.secretbox.nonceLength)
    return textOf(Buffer.concat([nonce, nacl.secretbox(Buffer.from(plain, 'utf8'), nonce, keys.plain)]))
  },
}

/** Node reads both base64 alphabets, with and without padding. */
function bytesOf(text: string): Buffer {
  return Buffer.from(text, 'base64')
}

/** Python reads base64url only with its padding, which Node leaves out. */
function textOf(bytes: Buffer): string {
  return bytes.toString('base64').replaceAll('+', '-').replaceAll('/', '_')
}
