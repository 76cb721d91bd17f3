import { expect, test } from '@jest/globals'
import { maskedId, quotedIn, secretsIn, withoutCredentials, withoutQuoted } from '../../../src/lib/secrets.ts'

test.each([
  ['https://host/v1', 'https://host/v1'],
  ['https://user:pass@host/v1?key=k#f', 'https://host/v1'],
  ['https://user:p@ss@host:8080', 'https://host:8080'],
  ['https://host/v1?mail=a@b', 'https://host/v1'],
  ['https://host/@path', 'https://host/@path'],
  ['redis://:pass@host/0', 'redis://host/0'],
  ['', ''],
])('the address %s is told as %s', (url, told) => {
  expect(withoutCredentials(url)).toBe(told)
})

test('a mark can stand for what was before the host', () => {
  expect(withoutCredentials('https://u:p@host/', '****@')).toBe('https://****@host/')
  expect(withoutCredentials('https://host/', '****@')).toBe('https://host/')
})

test('what headers carry is found without the name of its scheme, and taken out where it is quoted', () => {
  const secrets = secretsIn({ authorization: 'bearer secret-1234', 'x-key': 'short', other: 'Basic dXNlcjpwYXNz' })
  expect(secrets).toEqual(['secret-1234', 'short', 'dXNlcjpwYXNz'])
  const text = 'secret-1234 and secret-1234, short, dXNlcjpwYXNz'
  expect(withoutQuoted(text, secrets)).toBe('*** and ***, short, ***')
  expect(quotedIn(Buffer.from(text), secrets)).toEqual(['secret-1234', 'dXNlcjpwYXNz'])
  expect(quotedIn('nothing', secrets)).toEqual([])
})

test.each([
  [undefined, '*******'],
  ['1234', '***'],
  ['12345678', '********'],
  ['0123456789ab', '012345****ab'],
])('of the id %s is shown %s', (id, shown) => {
  expect(maskedId(id)).toBe(shown)
})
