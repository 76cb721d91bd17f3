import { describe, expect, test } from '@jest/globals'
import { geminiGenerateApi as api } from '../../../src/translation/providers/gemini/gemini.ts'
import {
  documentsOf,
  essenceOfAnswer,
  essenceOfStream,
  piecesOf,
  recordedCases,
  testContext,
} from '../../support/translation.ts'

const cases = recordedCases('gemini')

/** LiteLLM writes some names as protobuf does; Google takes both. Schemas have names of their own. */
function camelCased(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(camelCased)
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(
    Object.entries(value).map(([name, below]) => [
      name.replace(/_([a-z])/g, (_, letter) => letter.toUpperCase()),
      /schema|parameters|args/i.test(name) ? below : camelCased(below),
    ]),
  )
}

describe.each(cases)('the request of $name', ({ wire, request, ...known }) => {
  test("is LiteLLM's, in camelCase", () => {
    const context = testContext(known)
    const { path, query, body } = api.request(request, context)
    const url = path.replace('{model}', known.model) + (query ? `?${query}` : '')
    expect({ path: url, body }).toEqual({ path: wire!.path, body: camelCased(wire!.body) })
    expect([...context.lost]).toEqual([])
  })
})

describe.each(cases.filter(({ answer }) => answer?.response))(
  'the answer of $name',
  ({ name, request, upstream, ...known }) => {
    test("says what LiteLLM's says", () => {
      const answer = api.answer(upstream.body!, request, testContext(known))
      const recorded = essenceOfAnswer(known.answer!.response!)
      // LiteLLM drops text and thoughts of an answer that is ended by a filter.
      const kept =
        name === 'gemini.finish.BLOCKLIST'
          ? { content: 'x', usage: { ...recorded.usage, completion: 31, cached: 4 } }
          : {}
      expect(essenceOfAnswer(answer)).toEqual({ ...recorded, ...kept })
    })
  },
)

describe.each(cases.filter(({ answer }) => answer?.chunks))(
  'the stream of $name',
  ({ request, upstream, ...known }) => {
    test("says what LiteLLM's says", () => {
      const pieces = piecesOf(api, documentsOf(upstream), request, testContext(known))
      expect(essenceOfStream(pieces)).toEqual(essenceOfStream(known.answer!.chunks!))
    })
  },
)

test.each(cases.filter(({ upstream }) => upstream.status >= 400))(
  'the error of $name keeps status, words and type',
  ({ upstream }) => {
    const { status: type } = upstream.body!.error as { status: string }
    expect(api.error(upstream.status, upstream.body)).toEqual({ status: upstream.status, message: 'boom', type })
  },
)

test('all recorded cases are looked at', () => {
  expect(cases.length).toBe(18)
})
