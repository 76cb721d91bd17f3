import { readFileSync } from 'node:fs'
import { expect, test } from '@jest/globals'
import { messagesApi } from '../../../src/translation/clients/messages/messages.ts'
import { responsesApi } from '../../../src/translation/clients/responses/responses.ts'
import { anthropicMessagesApi } from '../../../src/translation/providers/anthropic/anthropic.ts'
import { geminiGenerateApi } from '../../../src/translation/providers/gemini/gemini.ts'
import { documentsOf, eventsOf, streamed, testContext } from '../../support/translate.ts'

const CASES: readonly any[] = JSON.parse(readFileSync('test/fixtures/translation/client-cases.json', 'utf8'))
const caseOf = (name: string) => CASES.find((found) => found.name === name)

test('Responses of Claude are nested, and have its signature and "{}" for a call without arguments', () => {
  const { request, upstream } = caseOf('responses->anthropic.stream')
  const context = testContext({ provider: 'anthropic', model: 'claude-sonnet-4-5' })
  const sse = streamed([responsesApi, anthropicMessagesApi], documentsOf(upstream.sse), request, context)
  const events: any[] = documentsOf(sse)
  expect(events.map(({ sequence_number: number }) => number)).toEqual(events.map((_, at) => at))
  const order = events.filter(({ type }) => type.startsWith('response.output_item'))
  expect(order.map(({ type, output_index: index }) => `${type.slice(21)} ${index}`)).toEqual(
    [0, 1, 2, 3].flatMap((index) => [`added ${index}`, `done ${index}`]),
  )
  expect(events.at(-1)).toMatchObject({
    type: 'response.completed',
    response: {
      output: [
        {
          type: 'reasoning',
          summary: [{ text: 'hm' }],
          encrypted_content: '[{"type":"thinking","thinking":"hm","signature":"sig"}]',
        },
        { type: 'message', content: [{ text: 'Hello' }] },
        { type: 'function_call', call_id: 'toolu_1', arguments: '{"city":"Rome"}' },
        { type: 'function_call', call_id: 'toolu_2', arguments: '{}' },
      ],
      usage: { input_tokens: 22, input_tokens_details: { cached_tokens: 7, cache_write_tokens: 5 }, output_tokens: 20 },
    },
  })
})

test('messages of Gemini are what LiteLLM streams', () => {
  const { request, upstream, answer } = caseOf('http.messages->gemini.stream')
  const context = testContext({ provider: 'gemini', model: 'gemini-2.5-flash' })
  const sse = streamed([messagesApi, geminiGenerateApi], documentsOf(upstream.sse), request, context)
  const plain = (stream: string) =>
    eventsOf(stream).map(({ event, data }) => ({ event, data: { ...data, message: undefined } }))
  const expected = JSON.parse(JSON.stringify(plain(answer)).replace('"end_turn"', '"end_turn","stop_sequence":null'))
  expect(plain(sse)).toEqual(expected)
})
