import { createHash } from 'node:crypto'
import { expect, test } from '@jest/globals'
import {
  abbreviateSecret,
  credentialOf,
  hashSecret,
  maskSecret,
  unknownKey,
} from '../../../../src/admission/credential/credential.ts'

const KEY = 'sk-abcdefgh1234'
const HASH = createHash('sha256').update(KEY).digest('hex')
const MASTER_HASH = hashSecret('sk-master')

test('a secret is stored as SHA-256 of the whole of it', () => {
  expect(hashSecret(KEY)).toBe(HASH)
})

test('a virtual key is looked up by its hash', () => {
  expect(credentialOf(KEY, MASTER_HASH)).toEqual({ kind: 'virtual', hashedToken: HASH, shown: 'sk-...1234' })
})

test('a stored hash is no key', () => {
  expect(credentialOf(HASH, undefined)).toEqual({
    kind: 'refused',
    refusal: {
      code: 'not_a_virtual_key',
      param: 'None',
      message: `LiteLLM Virtual Key expected. Received=${maskSecret(HASH)}, expected to start with 'sk-'.`,
    },
  })
})

test('a hash with "sk-" before it is hashed again', () => {
  expect(credentialOf(`sk-${HASH}`, undefined)).toMatchObject({
    kind: 'virtual',
    hashedToken: hashSecret(`sk-${HASH}`),
  })
})

test('the master key is recognised, whatever it begins with', () => {
  expect(credentialOf('sk-master', MASTER_HASH)).toEqual({ kind: 'master' })
  expect(credentialOf('hunter2', hashSecret('hunter2'))).toEqual({ kind: 'master' })
})

test("the master key's hash is not the master key", () => {
  expect(credentialOf(MASTER_HASH, MASTER_HASH).kind).toBe('refused')
})

test('without a master key nobody is master', () => {
  expect(credentialOf('sk-master', undefined).kind).toBe('virtual')
  expect(credentialOf('sk-master', '').kind).toBe('virtual')
})

test('nothing and nonsense are refused without a look-up', () => {
  expect(credentialOf(undefined, MASTER_HASH)).toEqual({
    kind: 'refused',
    refusal: { code: 'missing_key', param: 'None' },
  })
  expect(credentialOf('', MASTER_HASH)).toEqual({ kind: 'refused', refusal: { code: 'malformed_key', param: 'None' } })
})

test('messages show at most eight signs of a secret', () => {
  expect(maskSecret('sk-12345678')).toBe('sk-1****5678')
  expect(maskSecret('sk-12345')).toBe('****')
  expect(abbreviateSecret(KEY)).toBe('sk-...1234')
})

test('the refusal of an unknown key names its hash and its last four signs', () => {
  const refusal = unknownKey({ hashedToken: HASH, shown: 'sk-...1234' })
  expect(refusal.param).toBe('key')
  expect(refusal.message).toContain(`Received API Key = sk-...1234, Key Hash (Token) =${HASH}. `)
  expect(refusal.message).not.toContain(KEY)
})
