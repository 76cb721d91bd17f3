import { readFileSync } from 'node:fs'
import { expect, test } from '@jest/globals'
import fc from 'fast-check'
import { hashOf, type KeyedCall, materialOf } from '../../../src/cache/key/cache-key.ts'

/** Bodies that a LiteLLM 1.106 was sent, and the keys under which it looked them up. */
const RECORDED: readonly (KeyedCall & { readonly name: string; readonly keys: readonly string[] })[] = JSON.parse(
  readFileSync('test/fixtures/cache/keys.json', 'utf8'),
)

const chat = (body: object, more: Partial<KeyedCall> = {}) =>
  materialOf({ shape: 'openai-chat', modelGroup: 'm', provider: 'openai', body: JSON.stringify(body), ...more })

test.each(RECORDED.map((call) => [call.shape, call.name, call] as const))('%s has the key of LiteLLM: %s', (...row) => {
  const { keys, ...call } = row[2]
  expect(materialOf(call)?.map(hashOf)).toEqual(keys)
})

test('a provider whose streams LiteLLM does not ask for usage has keys without that', () => {
  const body = { model: 'm', messages: [], stream: true }
  expect(chat(body, { provider: 'anthropic' })).toEqual(['model: mmessages: []stream: True'])
  expect(chat(body)).toEqual(["model: mmessages: []stream_options: {'include_usage': True}stream: True"])
})

test('parameters that LiteLLM does not list are in the key only where that is asked for', () => {
  const body = { model: 'm', messages: [], guided_json: { a: 1 }, cache: { ttl: 1 }, metadata: { b: 2 } }
  expect(chat(body)).toEqual(['model: mmessages: []stream: False'])
  expect(chat(body, { keysAllParams: true })).toEqual(["model: mmessages: []guided_json: {'a': 1}stream: False"])
})

test('the key holds the file that is transcribed', () => {
  const call = { shape: 'openai-transcriptions', modelGroup: 'whisper', provider: 'openai', fileHash: 'f00' }
  const body = '{"response_format":"json","model":"whisper","user":"me"}'
  expect(materialOf({ ...call, body })).toEqual(['model: whisperfile: f00response_format: jsonuser: me'])
})

test.each(['[]', 'not json', '{"messages":["\\ud800"]}', `{"a":${'['.repeat(300)}${']'.repeat(300)}}`, '{"a":1e400}'])(
  'a body that LiteLLM could not hash has no key: %#',
  (body) => {
    expect(chat({}, { body })).toBeUndefined()
  },
)

test.each(['{"model":"m"}', '{"model":"m","input":[]}'])('embeddings of nothing have no key: %s', (body) => {
  expect(chat({}, { shape: 'openai-embeddings', body })).toBeUndefined()
})

test('two bodies that differ in a keyed value have two keys', () => {
  const value = fc.jsonValue({ maxDepth: 3 }).filter((json) => !/[\ud800-\udfff]/.test(JSON.stringify(json)))
  fc.assert(
    fc.property(value, value, (a, b) => {
      const [one, two] = [a, b].map((tools) => chat({ messages: [], tools }))
      if (!one || !two) return
      // JSON has one zero, and Python has none of null.
      if (JSON.stringify(a) !== JSON.stringify(b)) expect(one).not.toEqual(two)
      else expect(one).toEqual(two)
    }),
  )
})
