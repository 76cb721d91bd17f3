import { describe, expect, test } from '@jest/globals'
import type { ChatRequest } from '../../../src/translation/chat.ts'
import { anthropicMessagesApi as api } from '../../../src/translation/providers/anthropic/anthropic.ts'
import type { Json } from '../../../src/types.ts'
import { piecesOf, saidIn, testContext } from '../../support/translation.ts'

const ASKED: ChatRequest = { messages: [{ role: 'user', content: 'hi' }] }
const WITH_SCHEMA: ChatRequest = {
  ...ASKED,
  response_format: { type: 'json_schema', json_schema: { schema: { type: 'object' } } },
}
const USAGE = { input_tokens: 10, output_tokens: 20, cache_creation_input_tokens: 5, cache_read_input_tokens: 7 }

const answerTo = (body: Json, asked = ASKED) => api.answer({ usage: USAGE, ...body }, asked, testContext())
const said = (content: readonly Json[], asked?: ChatRequest, stop_reason = 'end_turn') =>
  answerTo({ content, stop_reason }, asked).choices[0]!

describe('an answer', () => {
  test('has the id of the provider, or one of its own', () => {
    expect(answerTo({ id: 'msg_1', content: [] }).id).toBe('msg_1')
    expect(answerTo({ content: [] }).id).toBe('chatcmpl-1')
  })

  test.each([
    ['end_turn', 'stop'],
    ['stop_sequence', 'stop'],
    ['pause_turn', 'stop'],
    ['model_context_window_exceeded', 'stop'],
    ['of_tomorrow', 'stop'],
    ['max_tokens', 'length'],
    ['compaction', 'length'],
    ['tool_use', 'tool_calls'],
    ['refusal', 'content_filter'],
  ])('that ended by %s has the finish reason %s', (stop_reason, reason) => {
    expect(said([{ type: 'text', text: 't' }], ASKED, stop_reason)).toMatchObject({
      finish_reason: reason,
      message: { content: 't' },
    })
  })

  test('counts what was read from the cache and written to it', () => {
    expect(answerTo({ content: [] }).usage).toMatchObject({
      prompt_tokens: 22,
      completion_tokens: 20,
      total_tokens: 42,
      prompt_tokens_details: { cached_tokens: 7, cache_creation_tokens: 5, text_tokens: 10 },
      cache_creation_input_tokens: 5,
      cache_read_input_tokens: 7,
    })
  })

  test('counts reasoning as Anthropic does, or guesses it from the length of the thinking', () => {
    const content = [{ type: 'thinking', thinking: 'x'.repeat(40), signature: 's' }]
    const reasoning = (usage: Json) => answerTo({ content, usage }).usage!.completion_tokens_details!.reasoning_tokens
    expect(reasoning({ ...USAGE, output_tokens_details: { thinking_tokens: 3 } })).toBe(3)
    expect(reasoning(USAGE)).toBe(10)
    expect(reasoning({ ...USAGE, output_tokens: 4 })).toBe(4)
  })

  test('keeps thinking as it has to go back', () => {
    const blocks = [
      { type: 'thinking', thinking: 'a', signature: 's1' },
      { type: 'redacted_thinking', data: 'd' },
      { type: 'thinking', thinking: 'b', signature: 's2' },
    ]
    expect(said([...blocks, { type: 'text', text: 't' }]).message).toMatchObject({
      reasoning_content: 'ab',
      thinking_blocks: blocks,
    })
  })

  test('quotes addresses where they stand, and keeps what OpenAI has no words for', () => {
    const citation = { type: 'web_search_result_location', url: 'https://a.test', title: 'A', cited_text: 'c' }
    const { message } = said([
      { type: 'text', text: 'See ' },
      { type: 'server_tool_use', id: 'srvtoolu_1', name: 'web_search', input: {} },
      { type: 'web_search_tool_result', tool_use_id: 'srvtoolu_1', content: [] },
      { type: 'text', text: 'here', citations: [citation] },
    ])
    expect(message.content).toBe('See here')
    expect(message.tool_calls).toBeUndefined()
    expect(message.annotations).toEqual([
      { type: 'url_citation', url_citation: { url: 'https://a.test', title: 'A', start_index: 4, end_index: 8 } },
    ])
    expect(message.provider_specific_fields).toMatchObject({
      citations: [[{ ...citation, supported_text: 'here' }]],
      web_search_results: [{ tool_use_id: 'srvtoolu_1' }],
      server_tool_calls: [{ id: 'srvtoolu_1' }],
    })
  })

  test('by the tool for a schema is its content; calls beside it stay calls', () => {
    const json = { type: 'tool_use', id: 't', name: 'json_tool_call', input: { a: 1 } }
    expect(said([json], WITH_SCHEMA, 'tool_use')).toMatchObject({
      message: { content: '{"a":1}' },
      finish_reason: 'stop',
    })
    const both = said([json, { ...json, name: 'get' }], WITH_SCHEMA, 'tool_use')
    expect(both.finish_reason).toBe('tool_calls')
    expect(both.message.tool_calls).toHaveLength(1)
    expect(said([json], ASKED, 'tool_use').message.tool_calls).toHaveLength(1)
  })

  test('that says nothing is no error', () => {
    expect(said([])).toMatchObject({ message: { role: 'assistant', content: null }, finish_reason: 'stop' })
  })
})

describe('a stream', () => {
  const streamed = (blocks: readonly (readonly Json[])[], asked = ASKED, stop_reason = 'tool_use') => {
    const documents = blocks.flatMap(([start, ...deltas], index) => [
      { type: 'content_block_start', index, content_block: start },
      ...deltas.map((delta) => ({ type: 'content_block_delta', index, delta })),
      { type: 'content_block_stop', index },
    ])
    const end = { type: 'message_delta', delta: { stop_reason }, usage: USAGE }
    return saidIn(piecesOf(api, [...documents, end, { type: 'message_stop' }], asked, testContext()))
  }
  const json = (partial_json: string) => ({ type: 'input_json_delta', partial_json })
  const call = (name: string, input: Json = {}) => ({ type: 'tool_use', id: name, name, input })

  test('gives a call without arguments an empty object, and one with whole arguments those', () => {
    const { message } = streamed([
      [call('none')],
      [call('empty'), json('')],
      [call('whole', { a: 1 })],
      [call('pieces'), json('{"a"'), json(':2}')],
    ])
    expect(message.tool_calls!.map((found) => [found.index, found.id, found.function.arguments])).toEqual([
      [0, 'none', '{}'],
      [1, 'empty', '{}'],
      [2, 'whole', '{"a":1}'],
      [3, 'pieces', '{"a":2}'],
    ])
  })

  test('of the tool for a schema is text', () => {
    const { message, finishReason } = streamed([[call('json_tool_call'), json('{"a"'), json(':2}')]], WITH_SCHEMA)
    expect([message.content, message.tool_calls, finishReason]).toEqual(['{"a":2}', undefined, 'stop'])
  })

  test('of a model that stops mid-call closes the call', () => {
    const documents = [
      { type: 'content_block_start', index: 0, content_block: call('get') },
      { type: 'message_delta', delta: { stop_reason: 'max_tokens' }, usage: USAGE },
      { type: 'message_stop' },
    ]
    const { message, finishReason } = saidIn(piecesOf(api, documents, ASKED, testContext()))
    expect([message.tool_calls![0]!.function.arguments, finishReason]).toEqual(['{}', 'length'])
  })

  test('has redacted thinking and citations', () => {
    const { message } = streamed([
      [{ type: 'redacted_thinking', data: 'd' }],
      [
        { type: 'text', text: 'a' },
        { type: 'citations_delta', citation: { url: 'u' } },
        { type: 'text_delta', text: 'b' },
      ],
    ])
    expect(message).toMatchObject({ content: 'ab', thinking_blocks: [{ type: 'redacted_thinking', data: 'd' }] })
  })
})

describe('an error', () => {
  test.each([
    [
      { error: { message: 'boom', type: 't', code: 'c', param: 'p' } },
      { message: 'boom', type: 't', code: 'c', param: 'p' },
    ],
    [{ error: 'boom' }, { message: 'boom' }],
    [{ message: 'boom' }, { message: 'boom' }],
    [[{ error: { message: 'boom', status: 'S', code: 4 } }], { message: 'boom', type: 'S', code: 4 }],
    ['<html>boom</html>', { message: '<html>boom</html>' }],
    [{ odd: 1 }, { message: '{"odd":1}' }],
    ['', { message: 'The provider answered 503.' }],
    [null, { message: 'The provider answered 503.' }],
  ])('of the form %j is understood', (body, error) => {
    expect(api.error(503, body)).toEqual({ status: 503, ...error })
  })
})
