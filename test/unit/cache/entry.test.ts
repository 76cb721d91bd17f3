import { expect, test } from '@jest/globals'
import fc from 'fast-check'
import { decodeEntry, embeddingOf, encodeEmbeddings, encodeEntry } from '../../../src/cache/stored/entry.ts'

/** Entries as a LiteLLM 1.106 was seen to leave them. */
const CHAT =
  '{"timestamp": 1796053339.9845722, "response": "{\\"id\\":\\"chatcmpl-up12\\",\\"choices\\":[{\\"finish_reason\\":\\"stop\\",\\"index\\":0,\\"message\\":{\\"content\\":\\"Hello w\\u00f6rld\\",\\"role\\":\\"assistant\\",\\"tool_calls\\":null}}]}"}'
const EMBEDDING =
  '{"timestamp": 1796053341.0219636, "response": {"embedding": [1.1, 0.25], "index": 1, "object": "embedding", "model": "text-embedding-3-small", "prompt_tokens": 3, "prompt_tokens_details": null, "format_version": 2}}'

test('an answer is written as LiteLLM writes it', () => {
  const json =
    '{"id":"chatcmpl-up12","choices":[{"finish_reason":"stop","index":0,"message":{"content":"Hello wörld","role":"assistant","tool_calls":null}}]}'
  expect(encodeEntry(json, 'text', JSON.parse(CHAT).timestamp * 1_000)).toBe(CHAT)
})

test('embeddings are written as LiteLLM writes them', () => {
  const answer = {
    data: [{ embedding: [0.1, 0.25] }, { embedding: [1.1, 0.25] }],
    model: 'text-embedding-3-small',
    usage: { prompt_tokens: 6 },
  }
  expect(encodeEmbeddings(answer, JSON.parse(EMBEDDING).timestamp * 1_000)[1]).toBe(EMBEDDING)
})

test('the tokens of embeddings are shared out to the last', () => {
  const answer = { data: [{}, {}, {}].map(() => ({ embedding: [1] })), usage: { prompt_tokens: 11 } }
  const shares = encodeEmbeddings(answer, 0).map((entry) => embeddingOf(decodeEntry(entry)!)?.promptTokens)
  expect(shares).toEqual([4, 4, 3])
})

test('what was written is read again', () => {
  fc.assert(
    fc.property(fc.dictionary(fc.string(), fc.jsonValue()), fc.constantFrom('text', 'object'), (answer, form) => {
      const json = JSON.stringify(answer)
      const entry = encodeEntry(json, form as 'text', 1_000)
      expect(entry).toMatch(/^[\x20-\x7e]*$/)
      const read = decodeEntry(entry)
      expect(read).toMatchObject({ storedAt: 1_000 })
      expect(JSON.stringify(read?.answer)).toBe(json)
      if (form === 'text') expect(read?.text).toBe(json)
    }),
  )
})

test('an entry without a time is the answer itself', () => {
  expect(decodeEntry('{"id": "x", "choices": []}')).toEqual({
    answer: { id: 'x', choices: [] },
    text: '{"id": "x", "choices": []}',
  })
})

test.each([
  "{'timestamp': 1.5, 'response': '{}'}",
  '{"timestamp": 1.5, "response": "{\'id\': None}"}',
  '{"timestamp": 1.5, "response": "test_key"}',
  '{"timestamp": 1.5, "response": null}',
  '{"timestamp": 1.5, "response": "[1]"}',
  '[1]',
  '"x"',
  '',
])('what cannot be read is none: %s', (value) => {
  expect(decodeEntry(value)).toBeUndefined()
})

test.each([{ format_version: 1 }, { embedding: undefined }, { embedding: 5 }])(
  'an embedding of another form is none: %j',
  (changes) => {
    const { response } = JSON.parse(EMBEDDING)
    const value = JSON.stringify({ timestamp: 1.5, response: { ...response, ...changes } })
    expect(embeddingOf(decodeEntry(value)!)).toBeUndefined()
    expect(embeddingOf(decodeEntry(EMBEDDING)!)).toMatchObject({ embedding: [1.1, 0.25], promptTokens: 3 })
  },
)
