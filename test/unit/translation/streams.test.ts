import { describe, expect, test } from '@jest/globals'
import { anthropicMessagesApi } from '../../../src/translation/providers/anthropic/anthropic.ts'
import { bedrockConverseApi } from '../../../src/translation/providers/bedrock-converse/bedrock-converse.ts'
import { cohereChatApi } from '../../../src/translation/providers/cohere-chat/cohere-chat.ts'
import { geminiGenerateApi } from '../../../src/translation/providers/gemini/gemini.ts'
import { ollamaChatApi } from '../../../src/translation/providers/ollama-chat/ollama-chat.ts'
import type { ProviderApi } from '../../../src/translation/translation.ts'
import type { Json } from '../../../src/types.ts'
import { documentsOf, piecesOf, recordedCases, saidIn, testContext } from '../../support/translation.ts'

interface StreamOfApi {
  readonly name: string
  readonly api: ProviderApi
  readonly documents: readonly Json[]
  /** The document after which the answer is whole. */
  readonly last: number
  readonly error: Json
  readonly failure: Json
}

const STREAMS: readonly StreamOfApi[] = [
  {
    name: 'anthropic',
    api: anthropicMessagesApi,
    documents: recorded('anthropic', 'anthropic.stream.nousage'),
    last: -2,
    error: { type: 'error', error: { type: 'overloaded_error', message: 'Overloaded' } },
    failure: { status: 529, type: 'overloaded_error', message: 'Overloaded' },
  },
  {
    name: 'gemini',
    api: geminiGenerateApi,
    documents: recorded('gemini', 'gemini.stream'),
    last: -1,
    error: { error: { code: 503, message: 'The model is overloaded.', status: 'UNAVAILABLE' } },
    failure: { status: 503, type: 'UNAVAILABLE', message: 'The model is overloaded.' },
  },
  {
    name: 'bedrock',
    api: bedrockConverseApi,
    documents: recorded('bedrock', 'http.bedrock.stream'),
    last: -2,
    error: { error: { type: 'throttlingException', message: 'Too many tokens' } },
    failure: { status: 429, type: 'throttlingException', message: 'Too many tokens' },
  },
  {
    name: 'ollama',
    api: ollamaChatApi,
    documents: [
      { message: { role: 'assistant', content: '', thinking: 'hm' }, done: false },
      { message: { content: 'Hel' }, done: false },
      {
        message: { content: '', tool_calls: [{ function: { name: 'get', arguments: { city: 'Rome' } } }] },
        done: false,
      },
      { message: { tool_calls: [{ function: { name: 'none' } }] }, done: false },
      { message: { content: '' }, done: true, done_reason: 'stop', prompt_eval_count: 10, eval_count: 20 },
    ],
    last: -1,
    error: { error: 'model runner has unexpectedly stopped' },
    failure: { status: 500, message: 'model runner has unexpectedly stopped' },
  },
  {
    name: 'cohere',
    api: cohereChatApi,
    documents: [
      { type: 'message-start', id: 'c1', delta: { message: { role: 'assistant', content: [] } } },
      { type: 'tool-plan-delta', delta: { message: { tool_plan: 'I will look.' } } },
      { type: 'content-start', index: 0, delta: { message: { content: { type: 'text', text: '' } } } },
      { type: 'content-delta', index: 0, delta: { message: { content: { text: 'Hel' } } } },
      { type: 'content-end', index: 0 },
      { type: 'tool-call-start', index: 0, delta: { message: { tool_calls: { id: 'a', function: { name: 'get' } } } } },
      { type: 'tool-call-delta', index: 0, delta: { message: { tool_calls: { function: { arguments: '{"city"' } } } } },
      { type: 'tool-call-delta', index: 0, delta: { message: { tool_calls: { function: { arguments: ':1}' } } } } },
      { type: 'tool-call-end', index: 0 },
      {
        type: 'tool-call-start',
        index: 1,
        delta: { message: { tool_calls: { id: 'b', function: { name: 'none' } } } },
      },
      { type: 'tool-call-end', index: 1 },
      {
        type: 'message-end',
        delta: { finish_reason: 'TOOL_CALL', usage: { tokens: { input_tokens: 7, output_tokens: 8 } } },
      },
    ],
    last: -1,
    error: { type: 'message-end', delta: { finish_reason: 'ERROR', error: 'internal' } },
    failure: { status: 500, message: 'internal' },
  },
]

function recorded(api: string, name: string): readonly Json[] {
  return documentsOf(recordedCases(api).find((found) => found.name === name)!.upstream)
}

const ASKED = { messages: [{ role: 'user' as const, content: 'hi' }], stream: true }

describe.each(STREAMS)('a stream of $name', ({ api, documents, last, error, failure }) => {
  const whole = saidIn(piecesOf(api, documents, ASKED, testContext()))

  test('is whole: every call has arguments that can be parsed, and its usage comes last', () => {
    expect(whole.error).toBeUndefined()
    expect(whole.finishReason).toBe('tool_calls')
    for (const call of whole.message.tool_calls ?? [])
      expect(JSON.parse(call.function.arguments)).toBeInstanceOf(Object)
    const pieces = piecesOf(api, documents, ASKED, testContext())
    expect(pieces.at(-1)).toMatchObject({ choices: [], usage: whole.usage })
    expect(pieces.filter((piece) => 'usage' in piece)).toHaveLength(1)
  })

  test('has one id, and its role in the first piece alone', () => {
    const pieces = piecesOf(api, documents, ASKED, testContext()) as readonly Json[]
    expect(new Set(pieces.map(({ id }) => id)).size).toBe(1)
    const roles = pieces.map(({ choices }) => (choices as { delta: Json }[])[0]?.delta.role)
    expect(roles.filter(Boolean)).toEqual(['assistant'])
    expect(roles[0]).toBe('assistant')
  })

  test('gives each document to the client at once, and says nothing twice', () => {
    const stream = api.stream(ASKED, testContext())
    const pieces = documents.flatMap((document) => stream.event(document))
    expect(saidIn(pieces).message).toEqual(whole.message)
    expect(stream.end().length).toBeLessThanOrEqual(1)
    expect(stream.end()).toEqual([])
  })

  test('cut after any document ends in an error, unless the answer was whole', () => {
    for (let cut = 0; cut <= documents.length; cut++) {
      const {
        error: found,
        finishReason,
        message,
      } = saidIn(piecesOf(api, documents.slice(0, cut), ASKED, testContext()))
      const isWhole = cut > documents.length + last
      expect([cut, found?.status, finishReason]).toEqual([
        cut,
        isWhole ? undefined : 502,
        isWhole ? 'tool_calls' : null,
      ])
      expect(String(whole.message.content).startsWith(String(message.content ?? ''))).toBe(true)
    }
  })

  test('failing after any document says the words of the provider, then nothing', () => {
    for (let cut = 0; cut < documents.length + last; cut++) {
      const stream = api.stream(ASKED, testContext())
      for (const document of documents.slice(0, cut)) stream.event(document)
      expect(stream.event(error)).toEqual([{ error: expect.objectContaining(failure) }])
      expect([...stream.event(documents.at(-1)!), ...stream.end()]).toEqual([])
    }
  })

  test('passes over documents that it does not know', () => {
    const noise = [{}, { type: 'ping' }, { type: 'of_tomorrow', delta: { type: 'x' } }]
    const mixed = documents.flatMap((document) => [...noise, document])
    expect(saidIn(piecesOf(api, mixed, ASKED, testContext()))).toEqual(whole)
  })
})
