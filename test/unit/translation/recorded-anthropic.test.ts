import { describe, expect, test } from '@jest/globals'
import { anthropicMessagesApi as api } from '../../../src/translation/providers/anthropic/anthropic.ts'
import {
  documentsOf,
  essenceOfAnswer,
  essenceOfStream,
  piecesOf,
  recordedCases,
  saidIn,
  testContext,
} from '../../support/translation.ts'

/** Where ours differs from LiteLLM's wire, and why. */
const WIRE: Readonly<Record<string, { readonly change: object; readonly lost?: readonly string[] }>> = {
  // Models since Claude 4.1 answer 400 when both are given.
  'anthropic.params': { change: { top_p: undefined }, lost: ['top_p'] },
  // A budget above max_tokens is answered 400.
  'anthropic.reasoning.maxtokens': { change: { thinking: { type: 'enabled', budget_tokens: 1999 } } },
  // Dropped without a word by LiteLLM.
  'anthropic.json_object': { change: {}, lost: ['response_format'] },
  'anthropic.email_user': { change: {}, lost: ['user'] },
  'anthropic.unsupported.dropped': { change: {}, lost: ['frequency_penalty', 'seed'] },
  'anthropic.n2.dropped': { change: {}, lost: ['n'] },
}

const cases = recordedCases('anthropic')

describe.each(cases.filter(({ wire }) => wire))('the request of $name', ({ name, wire, request, ...known }) => {
  test("is LiteLLM's, but for its faults", () => {
    const context = testContext(known)
    const { path, body } = api.request(request, context)
    expect({ path: `/v1${path}`, body }).toEqual({ path: wire!.path, body: { ...wire!.body, ...WIRE[name]?.change } })
    expect([...context.lost].sort()).toEqual(WIRE[name]?.lost ?? [])
  })
})

describe.each(cases.filter(({ answer }) => answer?.response))(
  'the answer of $name',
  ({ request, upstream, ...known }) => {
    test("says what LiteLLM's says", () => {
      const answer = api.answer(upstream.body!, request, testContext(known))
      expect(essenceOfAnswer(answer)).toEqual(essenceOfAnswer(known.answer!.response!))
      expect(answer.model).toBe('group')
      expect(answer.choices[0]!.message.tool_calls?.map(({ index }) => index) ?? [0]).toEqual([0])
    })
  },
)

describe.each(cases.filter(({ answer }) => answer?.chunks))(
  'the stream of $name',
  ({ name, request, upstream, ...known }) => {
    test("says what LiteLLM's says", () => {
      const pieces = piecesOf(api, documentsOf(upstream), request, testContext(known))
      const { usage, ...said } = essenceOfStream(pieces)
      expect(usage).toMatchObject({ total: name === 'http.anthropic.line-separator' ? 30 : 42 })
      if (name === 'http.anthropic.line-separator') return expect(said.content).toBe('one\u2028two')
      const chunks = known.answer!.chunks!.map((chunk) => JSON.parse(JSON.stringify(chunk)))
      // LiteLLM leaves the arguments of a call empty when no piece of them came.
      if (name === 'anthropic.stream.nousage') chunks.push(argumentsChunk(1, '{}'))
      const { usage: _, ...recorded } = essenceOfStream(chunks)
      expect(said).toEqual(recorded)
    })
  },
)

function argumentsChunk(index: number, json: string) {
  return { choices: [{ index: 0, delta: { tool_calls: [{ index, function: { arguments: json } }] } }] }
}

test.each(cases.filter(({ upstream }) => upstream.status >= 400))(
  'the error of $name keeps status, words and type',
  ({ upstream }) => {
    const { type } = upstream.body!.error as { type: string }
    expect(api.error(upstream.status, upstream.body)).toEqual({ status: upstream.status, message: 'boom', type })
  },
)

test('an error within the stream ends it with the words of the provider', () => {
  const { request, upstream, ...known } = cases.find(({ name }) => name === 'anthropic.stream.error')!
  const pieces = piecesOf(api, documentsOf(upstream), request, testContext(known))
  expect(saidIn(pieces)).toMatchObject({
    error: { status: 529, message: 'Overloaded', type: 'overloaded_error' },
    finishReason: null,
  })
  expect(pieces).toHaveLength(1)
})

test('all recorded cases are looked at', () => {
  expect(cases.length).toBe(27)
})
