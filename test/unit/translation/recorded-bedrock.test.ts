import { describe, expect, test } from '@jest/globals'
import { bedrockConverseApi as api } from '../../../src/translation/providers/bedrock-converse/bedrock-converse.ts'
import {
  documentsOf,
  essenceOfAnswer,
  essenceOfStream,
  piecesOf,
  recordedCases,
  saidIn,
  testContext,
} from '../../support/translation.ts'

const cases = recordedCases('bedrock')

/** Names of documents are free, if Bedrock takes them. */
function named(value: unknown): unknown {
  return JSON.parse(JSON.stringify(value), (key, found) =>
    key === 'document' && /^[a-zA-Z0-9()[\]_-]+( [a-zA-Z0-9()[\]_-]+)*$/.test(found.name)
      ? { ...found, name: 'a name' }
      : found,
  )
}

describe.each(cases)('the request of $name', ({ wire, request, ...known }) => {
  test("is LiteLLM's", () => {
    const context = testContext(known)
    const { path, body } = api.request(request, context)
    const url = path.replace('{model}', encodeURIComponent(known.model))
    expect({ path: url, body: named(body) }).toEqual({ path: wire!.path, body: named(wire!.body) })
    expect([...context.lost]).toEqual([])
  })
})

describe.each(cases.filter(({ answer }) => answer?.response))(
  'the answer of $name',
  ({ request, upstream, ...known }) => {
    test("says what LiteLLM's says, and adds up the total", () => {
      const answer = api.answer(upstream.body!, request, testContext(known))
      const recorded = essenceOfAnswer(known.answer!.response!)
      expect(essenceOfAnswer(answer)).toEqual({ ...recorded, usage: { ...recorded.usage, total: 35 } })
      expect(answer.choices[0]!.message.tool_calls![0]!.index).toBe(0)
    })
  },
)

test("a stream says what LiteLLM's says", () => {
  const { request, upstream, answer, ...known } = cases.find(({ name }) => name === 'http.bedrock.stream')!
  const pieces = piecesOf(api, documentsOf(upstream), request, testContext(known))
  expect(essenceOfStream(pieces)).toEqual(essenceOfStream(answer!.chunks!))
})

test('an exception within the stream ends it with the words of Bedrock', () => {
  const { request, upstream, ...known } = cases.find(({ name }) => name === 'http.bedrock.stream.exception')!
  expect(saidIn(piecesOf(api, documentsOf(upstream), request, testContext(known)))).toMatchObject({
    message: { content: 'Hel' },
    finishReason: null,
    error: { status: 429, type: 'throttlingException', message: 'Too many tokens' },
  })
})

test('all recorded cases are looked at', () => {
  expect(cases.length).toBe(6)
})
