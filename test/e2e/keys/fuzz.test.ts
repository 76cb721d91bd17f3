import { type IncomingMessage, ServerResponse } from 'node:http'
import { Readable } from 'node:stream'
import { expect, test } from '@jest/globals'
import fc from 'fast-check'
import { credentialOf } from '../../../src/admission/credential/credential.ts'
import { secretFrom } from '../../../src/admission/credential/secret.ts'
import { attributionOf } from '../../../src/call/request/attribution.ts'
import { callOf } from '../../../src/call/request/read-call.ts'
import { requestFactsOf } from '../../../src/call/request/request-facts.ts'
import { isLiteLLMError } from '../../../src/errors.ts'
import { CachedLookup } from '../../../src/keys/cached-lookup.ts'
import type { Json } from '../../../src/types.ts'
import { builtinReaders } from '../../../src/usage/shapes/readers.ts'

const FIELDS = ['model', 'user', 'tags', 'metadata', 'litellm_metadata', 'stream', 'request_tags', '__proto__']
const HEADERS = [
  ...['x-litellm-customer-id', 'x-litellm-end-user-id', 'x-litellm-tags', 'x-litellm-trace-id', 'x-a-session-id'],
  ...['content-type', 'content-encoding', 'content-length', 'user-agent', 'constructor', '__proto__'],
]
const header = fc.oneof(
  fc.string(),
  fc.array(fc.string(), { maxLength: 3 }),
  fc.string({ minLength: 9_000, maxLength: 9_100 }),
)
const headers = fc.dictionary(fc.constantFrom(...HEADERS), header, { maxKeys: 6 })
const json = fc.dictionary(fc.constantFrom(...FIELDS), fc.jsonValue())

/** A request as node:http would give it, without a socket. */
function requestOf(sent: object, body: Uint8Array | string, url = '/v1/chat/completions'): IncomingMessage {
  const stream = Readable.from(body.length > 0 ? [Buffer.from(body)] : [])
  return Object.assign(stream, {
    headers: { 'content-length': String(body.length), ...sent },
    headersDistinct: {},
    method: 'POST',
    complete: true,
    url,
  }) as unknown as IncomingMessage
}

const options = { readers: builtinReaders, maxBodyBytes: 4_096 }

const read = (req: IncomingMessage) => callOf(req, new ServerResponse(req), options)

test('whatever headers and bodies say, a call is for a text or for nobody, and its tags are texts', () => {
  fc.assert(
    fc.property(headers, json, (sent, body) => {
      const { endUserId, sessionId, tags, metadata } = attributionOf(sent as never, body as Json)
      for (const text of [endUserId, sessionId])
        expect(text === undefined || (typeof text === 'string' && text !== '')).toBe(true)
      expect(tags.every((tag) => typeof tag === 'string')).toBe(true)
      expect(new Set(tags).size).toBe(tags.length)
      expect(typeof metadata).toBe('object')
    }),
  )
})

test('whatever bytes are sent as a body, they are a call or a clear 4xx', async () => {
  const bytes = fc.oneof(
    fc.uint8Array({ maxLength: 6_000 }),
    fc.string().map((text) => new TextEncoder().encode(text)),
    json.map((value) => new TextEncoder().encode(JSON.stringify(value))),
    fc.string().map((text) => new TextEncoder().encode(`{"model":"${text}","messages":[`)),
    fc.integer({ min: 1, max: 2_000 }).map((depth) => new TextEncoder().encode('['.repeat(depth) + ']'.repeat(depth))),
  )
  await fc.assert(
    fc.asyncProperty(headers, bytes, async (sent, body) => {
      try {
        const call = await read(requestOf(sent, body))
        expect(typeof call.modelGroup).toBe('string')
      } catch (error) {
        if (!isLiteLLMError(error)) throw error
        expect(error.status).toBeGreaterThanOrEqual(400)
        expect(error.status).toBeLessThan(500)
        expect(JSON.stringify(error)).not.toContain('"model":')
      }
    }),
  )
})

test('whatever a URL says, its facts are texts', () => {
  const url = fc.oneof(fc.webPath(), fc.string(), fc.webUrl({ withQueryParameters: true }))
  fc.assert(
    fc.property(headers, url, (sent, path) => {
      const { userId, bodyBytes, path: found } = requestFactsOf(requestOf(sent, '', path), undefined, {})
      expect(typeof found).toBe('string')
      expect(userId === undefined || typeof userId === 'string').toBe(true)
      expect(Number.isNaN(bodyBytes)).toBe(false)
    }),
  )
})

test('a body cannot change what objects are', async () => {
  const body =
    '{"model":"m","__proto__":{"polluted":1},"constructor":{"prototype":{"polluted":1}},"metadata":{"__proto__":{"tags":["x"],"polluted":1}}}'
  const call = await read(requestOf({}, body))
  expect(call.modelGroup).toBe('m')
  expect(({} as Json).polluted).toBeUndefined()
})

test('100,000 random keys: each is asked for once, what comes again is not, and the memory of them has a bound', async () => {
  const MAX = 1_000
  let asked = 0
  const store = new CachedLookup<never>({
    load: async () => {
      asked++
      return new Map()
    },
    ...{ max: MAX, ttlMs: 20_000, negativeTtlMs: 5_000, staleIfErrorMs: 60_000, clock: () => 0 },
  })
  const hashOf = (count: number) => {
    const secret = secretFrom(
      { authorization: [`Bearer sk-${count}-${'x'.repeat(count % 90)}`] },
      '/v1/chat/completions',
    )
    const credential = credentialOf(secret, undefined)
    if (credential.kind !== 'virtual') throw new Error('not a key')
    return credential.hashedToken
  }
  for (let count = 0; count < 100_000; count++) expect(await store.find(hashOf(count))).toBeUndefined()
  expect(asked).toBe(100_000)
  for (let count = 100_000 - MAX; count < 100_000; count++) await store.find(hashOf(count))
  expect(asked).toBe(100_000)
  // The first are forgotten: that is the bound.
  await store.find(hashOf(0))
  expect(asked).toBe(100_001)
})
