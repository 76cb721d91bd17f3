import { describe, expect, test } from '@jest/globals'
import { algorithmFor, createSecretBox, isMarkedSealed } from '../../../../src/models/stored/secret-box.ts'

const SALT = 'sk-1234'
const PLAIN = 'sk-provider-secret-é'

/** Made with PyNaCl and python-cryptography from the salt key and the plaintext above. */
const SEALED = {
  legacy: 'AAECAwQFBgcICQoLDA0ODxAREhMUFRYXt70e_0CfF1soAaOmFX_TYISczc55AhoptYCC83EulAeBajBJBQ==',
  'legacy in standard base64': 'AAECAwQFBgcICQoLDA0ODxAREhMUFRYXt70e/0CfF1soAaOmFX/TYISczc55AhoptYCC83EulAeBajBJBQ==',
  v2: 'v2:gcm:AAECAwQFBgcICQoLLB2dIj7DQ8KIV78MpfOX9g8n2Mnw8qhOxf_phIpqdlEepDuSaw==',
  v3: 'v3:gcm:AAECAwQFBgcICQoLmUiiWPiBNGXmI4idXPmVGPfkcDTYzzMze8JAeyIcBK4utUF9Vw==',
}

describe.each(Object.entries(SEALED))('%s', (_name, sealed) => {
  test('is opened with the salt key it was sealed with', () => {
    expect(createSecretBox([SALT]).open(sealed)).toBe(PLAIN)
  })

  test('is opened with an older salt key', () => {
    expect(createSecretBox(['sk-new', 'sk-other', SALT]).open(sealed)).toBe(PLAIN)
  })

  test('is not opened with another salt key', () => {
    expect(createSecretBox(['sk-other']).open(sealed)).toBeUndefined()
  })

  test('is not opened when a single character was changed, or when it was cut', () => {
    const box = createSecretBox([SALT])
    const middle = sealed.length - 20
    const changed = sealed.slice(0, middle) + (sealed[middle] === 'A' ? 'B' : 'A') + sealed.slice(middle + 1)
    expect(box.open(changed)).toBeUndefined()
    for (const length of [0, 5, 10, 30, 50]) expect(box.open(sealed.slice(0, length))).toBeUndefined()
  })
})

describe.each([
  ['aes-256-gcm', 'v3:gcm:'],
  ['xsalsa20-poly1305', ''],
] as const)('%s', (algorithm, prefix) => {
  test.each(['', 'x', PLAIN, '*', 'a'.repeat(5000), '🔑 ключ'])('seals %j so that it opens again', (plain) => {
    const box = createSecretBox([SALT])
    expect(box.open(box.seal(plain, algorithm))).toBe(plain)
  })

  test('writes padded base64url, never the same twice', () => {
    const box = createSecretBox([SALT])
    const sealed = Array.from({ length: 20 }, (_, index) => box.seal('x'.repeat(index), algorithm))
    for (const text of sealed) {
      expect(text.startsWith(prefix)).toBe(true)
      const encoded = text.slice(prefix.length)
      expect(encoded).toMatch(/^[\w-]+={0,2}$/)
      expect(encoded.length % 4).toBe(0)
    }
    expect(box.seal('x', algorithm)).not.toBe(box.seal('x', algorithm))
  })

  test('seals with the present salt key', () => {
    const sealed = createSecretBox(['sk-new', SALT]).seal(PLAIN, algorithm)
    expect(createSecretBox(['sk-new']).open(sealed)).toBe(PLAIN)
    expect(createSecretBox([SALT]).open(sealed)).toBeUndefined()
  })
})

test.each([
  '',
  '*',
  'openai/gpt-4o',
  'sk-proj-abcdefghijklmnopqrstuvwxyz0123456789_ABCDEFGHIJKLMNOPQRSTUVWXYZ-0123456789',
])('plaintext %j is not a ciphertext', (plain) => {
  expect(createSecretBox([SALT]).open(plain)).toBeUndefined()
})

test('only the newer formats say of themselves that they are sealed', () => {
  expect(Object.values(SEALED).map(isMarkedSealed)).toEqual([false, false, true, true])
})

test.each([
  [[], 'xsalsa20-poly1305'],
  [['plain', SEALED.legacy], 'xsalsa20-poly1305'],
  [['plain', SEALED.v2], 'aes-256-gcm'],
  [[SEALED.legacy, SEALED.v3], 'aes-256-gcm'],
])('beside %j it writes %s', (stored, algorithm) => {
  expect(algorithmFor(stored)).toBe(algorithm)
})
