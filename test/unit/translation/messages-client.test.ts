import Anthropic from '@anthropic-ai/sdk'
import { describe, expect, test } from '@jest/globals'
import { messagesApi } from '../../../src/translation/clients/messages/messages.ts'
import type { StreamPiece } from '../../../src/translation/translation.ts'
import type { Json } from '../../../src/types.ts'
import {
  chunk,
  documentsOf,
  errorPiece,
  eventsOf,
  fetchOf,
  framesOf,
  TALKATIVE,
  testContext,
  usageChunk,
} from '../../support/translate.ts'

const USER = [{ role: 'user', content: 'hi' }]

function requestOf(body: Json, known = {}) {
  const context = testContext(known)
  return { chat: messagesApi.request({ max_tokens: 10, messages: USER, ...body }, context), lost: context.lost }
}

/** What the SDK accumulates of a stream. */
function accumulated(sse: string) {
  const client = new Anthropic({ apiKey: 'k', fetch: fetchOf(sse), maxRetries: 0 })
  return client.messages
    .stream({ model: 'm', max_tokens: 1, messages: [{ role: 'user', content: 'hi' }] })
    .finalMessage()
}

describe('a request', () => {
  test('puts results of tools first, each in a message of its own, with their images and their failure', () => {
    const { chat } = requestOf({
      messages: [
        { role: 'assistant', content: [{ type: 'tool_use', id: 'a', name: 'f', input: { x: 1 } }] },
        {
          role: 'user',
          content: [
            { type: 'tool_result', tool_use_id: 'a', content: 'bad', is_error: true },
            {
              type: 'tool_result',
              tool_use_id: 'b',
              content: [{ type: 'image', source: { type: 'url', url: 'https://x/y.png' } }],
            },
            { type: 'text', text: 'next' },
          ],
        },
      ],
    })
    expect(chat.messages).toEqual([
      { role: 'assistant', tool_calls: [{ id: 'a', type: 'function', function: { name: 'f', arguments: '{"x":1}' } }] },
      { role: 'tool', tool_call_id: 'a', content: 'bad', is_error: true },
      { role: 'tool', tool_call_id: 'b', content: [{ type: 'image_url', image_url: { url: 'https://x/y.png' } }] },
      { role: 'user', content: [{ type: 'text', text: 'next' }] },
    ])
  })

  test('reads documents as text where they are text, and as files where they are not', () => {
    const { chat, lost } = requestOf({
      messages: [
        {
          role: 'user',
          content: [
            { type: 'document', source: { type: 'text', data: 'plain' }, title: 'T', citations: { enabled: true } },
            {
              type: 'document',
              source: { type: 'base64', media_type: 'application/pdf', data: 'UERG' },
              title: 'a.pdf',
            },
            { type: 'document', source: { type: 'content', content: 'inner' } },
            { type: 'search_result', title: 'S', source: 'https://s', content: [{ type: 'text', text: 'found' }] },
          ],
        },
      ],
    })
    expect(chat.messages[0]!.content).toEqual([
      { type: 'text', text: 'T' },
      { type: 'text', text: 'plain' },
      { type: 'file', file: { file_data: 'data:application/pdf;base64,UERG', filename: 'a.pdf' } },
      { type: 'text', text: 'inner' },
      { type: 'text', text: 'S\nhttps://s' },
      { type: 'text', text: 'found' },
    ])
    expect(lost).toEqual(['citations'])
  })

  test('refuses a file that only Anthropic keeps, and says how to send it', () => {
    const content = [{ type: 'document', source: { type: 'file', file_id: 'file_1' } }]
    expect(() => requestOf({ messages: [{ role: 'user', content }] })).toThrow(
      /"file" of the document.*"base64" or "url"/,
    )
  })

  test('names what Anthropic alone can do, and leaves nothing out without a name', () => {
    const { chat, lost } = requestOf({
      container: 'c',
      mcp_servers: [],
      tools: [
        { type: 'bash_20250124', name: 'bash' },
        { name: 'f', input_schema: {} },
      ],
      messages: [{ role: 'assistant', content: [{ type: 'server_tool_use', id: 's', name: 'web_search', input: {} }] }],
    })
    expect(lost.sort()).toEqual(['bash_20250124', 'container', 'mcp_servers', 'server_tool_use'])
    expect(chat.tools).toHaveLength(1)
  })

  test('lets a model that can search the web search it', () => {
    const tools = [{ type: 'web_search_20250305', name: 'web_search' }]
    expect(requestOf({ tools }, { facts: { supportsWebSearch: true } })).toMatchObject({
      chat: { web_search_options: {} },
      lost: [],
    })
    expect(requestOf({ tools }).lost).toEqual(['web_search_20250305'])
  })

  test('refuses to force a tool that it had to leave out', () => {
    const tools = [
      { type: 'bash_20250124', name: 'bash' },
      { name: 'f', input_schema: {} },
    ]
    expect(() => requestOf({ tools, tool_choice: { type: 'tool', name: 'bash' } })).toThrow(/names "bash"/)
  })

  test('shortens long names of tools alike everywhere, and gives them back in answers', () => {
    const name = 'mcp__'.padEnd(90, 'x')
    const tools = [{ name, input_schema: { type: 'object' } }]
    const { chat } = requestOf({
      tools,
      tool_choice: { type: 'tool', name },
      messages: [{ role: 'assistant', content: [{ type: 'tool_use', id: 'a', name, input: {} }] }],
    })
    const short = chat.tools![0]!.function.name
    expect(short).toHaveLength(64)
    expect(chat.tool_choice).toEqual({ type: 'function', function: { name: short } })
    expect(chat.messages[0]!.tool_calls![0]!.function.name).toBe(short)
    const call = { index: 0, id: 'b', type: 'function', function: { name: short, arguments: '{}' } } as const
    const sse = framesOf(messagesApi, [chunk({ tool_calls: [call] }), chunk({}, 'tool_calls')], { tools })
    expect(sse).toContain(`"name":"${name}"`)
  })

  test.each([
    [{ thinking: { type: 'enabled', budget_tokens: 31999 } }, 'high'],
    [{ thinking: { type: 'enabled', budget_tokens: 2048 } }, 'medium'],
    [{ thinking: { type: 'enabled', budget_tokens: 1024 } }, 'low'],
    [{ thinking: { type: 'adaptive' }, output_config: { effort: 'max' } }, 'max'],
    [{ thinking: { type: 'disabled' } }, 'none'],
    [{}, undefined],
  ])('%j asks for the effort %s', (body, effort) => {
    expect(requestOf(body).chat.reasoning_effort).toBe(effort)
  })

  test('leaves the budget of Claude as it is', () => {
    const thinking = { type: 'enabled', budget_tokens: 3000 }
    const { chat } = requestOf(
      { thinking },
      { askedShape: 'bedrock-converse', provider: 'bedrock', model: 'anthropic.claude-sonnet-4-5' },
    )
    expect(chat).toMatchObject({ thinking })
    expect(chat.reasoning_effort).toBeUndefined()
  })

  test('passes top_k, the tier and the schema of the answer', () => {
    const schema = {
      type: 'object',
      properties: { a: { type: 'string' } },
      required: ['a'],
      additionalProperties: false,
    }
    const { chat } = requestOf({
      top_k: 5,
      service_tier: 'standard_only',
      stop_sequences: ['Z'],
      output_config: { format: { type: 'json_schema', schema } },
    })
    expect(chat).toMatchObject({
      top_k: 5,
      service_tier: 'default',
      stop: ['Z'],
      response_format: { type: 'json_schema', json_schema: { schema, strict: true } },
    })
  })
})

describe('an answer', () => {
  const answer = {
    id: 'chatcmpl-1',
    object: 'chat.completion' as const,
    created: 1,
    model: 'qwen',
    choices: [
      {
        index: 0,
        finish_reason: 'stop' as const,
        stop_reason: 'Z',
        message: {
          role: 'assistant' as const,
          content: 'Hello',
          thinking_blocks: [
            { type: 'thinking' as const, thinking: 'hm', signature: 'sig' },
            { type: 'redacted_thinking' as const, data: 'xx' },
          ],
          reasoning_content: 'hm',
        },
      },
    ],
    usage: {
      prompt_tokens: 12,
      completion_tokens: 3,
      total_tokens: 15,
      cache_creation_input_tokens: 5,
      cache_read_input_tokens: 4,
    },
  }

  test('keeps signatures, counts caches apart and names the stop sequence', () => {
    expect(messagesApi.answer(answer, { stop_sequences: ['Z'] }, testContext())).toMatchObject({
      content: [
        { type: 'thinking', thinking: 'hm', signature: 'sig' },
        { type: 'redacted_thinking', data: 'xx' },
        { type: 'text', text: 'Hello' },
      ],
      stop_reason: 'stop_sequence',
      stop_sequence: 'Z',
      usage: { input_tokens: 3, output_tokens: 3, cache_creation_input_tokens: 5, cache_read_input_tokens: 4 },
    })
  })

  test('keeps every digit of arguments, and arguments that are no JSON', () => {
    const calls = ['{"id":12345678901234567890}', '{"cut":'].map((args, index) => ({
      index,
      id: `c${index}`,
      type: 'function' as const,
      function: { name: 'f', arguments: args },
    }))
    const choice = {
      index: 0,
      finish_reason: 'length' as const,
      message: { role: 'assistant' as const, tool_calls: calls },
    }
    const text = JSON.stringify(messagesApi.answer({ ...answer, choices: [choice] }, {}, testContext()))
    expect(text).toContain('"input":{"id":12345678901234567890}')
    expect(text).toContain('"input":{"raw_arguments":"{\\"cut\\":"}')
    expect(text).toContain('"stop_reason":"max_tokens"')
  })

  test('of a model that refused says so', () => {
    const choice = { index: 0, finish_reason: 'stop' as const, message: { role: 'assistant' as const, refusal: 'No.' } }
    expect(messagesApi.answer({ ...answer, choices: [choice] }, {}, testContext())).toMatchObject({
      content: [{ type: 'text', text: 'No.' }],
      stop_reason: 'refusal',
    })
  })
})

describe('a stream', () => {
  test('is what the SDK accumulates', async () => {
    expect(await accumulated(framesOf(messagesApi, TALKATIVE, {}))).toMatchObject({
      model: 'the-model',
      content: [
        { type: 'thinking', thinking: 'hm', signature: 'sig' },
        { type: 'text', text: 'Hello' },
        { type: 'tool_use', id: 'call_1', name: 'weather', input: { city: 'Rome' } },
        { type: 'tool_use', id: 'call_2', name: 'noargs', input: {} },
      ],
      stop_reason: 'tool_use',
      usage: { input_tokens: 6, output_tokens: 20, cache_read_input_tokens: 4 },
    })
  })

  test('goes out piece by piece', () => {
    const stream = messagesApi.stream({}, testContext())
    const frames = TALKATIVE.map((piece) => stream.piece(piece))
    expect(frames[3]).toContain('"text":"Hel"')
    expect(frames[6]).toContain('{\\"city\\":')
    expect(frames.at(-1)).toMatch(/message_stop"}\n\n$/)
    expect(stream.end()).toBe('')
  })

  test('closes every block before the next, whatever order the provider keeps', async () => {
    const call = (index: number, args: string, begin = false) =>
      chunk({
        tool_calls: [
          {
            index,
            ...(begin ? { id: `call_${index}` } : {}),
            function: { ...(begin ? { name: 'f' } : {}), arguments: args },
          },
        ],
      })
    const pieces = [
      call(0, '{"a":', true),
      call(1, '{"b":', true),
      chunk({ content: 'text between' }),
      call(0, '1}'),
      call(1, '2}'),
      chunk({}, 'tool_calls'),
    ]
    const sse = framesOf(messagesApi, pieces, {})
    expectNested(documentsOf(sse))
    expect((await accumulated(sse)).content).toEqual([
      expect.objectContaining({ id: 'call_0', input: { a: 1 } }),
      expect.objectContaining({ id: 'call_1', input: { b: 2 } }),
      expect.objectContaining({ text: 'text between' }),
    ])
  })

  test.each(TALKATIVE.map((_, at) => at))('that is cut before piece %i ends as a message', async (at) => {
    const sse = framesOf(messagesApi, TALKATIVE.slice(0, at), {})
    expectNested(documentsOf(sse))
    await expect(accumulated(sse)).resolves.toMatchObject({ role: 'assistant' })
  })

  test.each(TALKATIVE.map((_, at) => at))(
    'that fails before piece %i ends in the error, and in nothing else',
    async (at) => {
      const sse = framesOf(messagesApi, [...TALKATIVE.slice(0, at), errorPiece(), ...TALKATIVE.slice(at)], {})
      const last = eventsOf(sse).at(-1)!
      expect(last).toEqual({
        event: 'error',
        data: { type: 'error', error: { type: 'api_error', message: 'engine died' } },
      })
      expect(sse).not.toContain('message_stop')
      await expect(accumulated(sse)).rejects.toThrow(/engine died/)
    },
  )

  test('without usage says zeros, and a stream of nothing is an empty message', async () => {
    const withoutUsage = TALKATIVE.slice(0, -1)
    expect(await accumulated(framesOf(messagesApi, withoutUsage, {}))).toMatchObject({ usage: { output_tokens: 0 } })
    expect(await accumulated(framesOf(messagesApi, [], {}))).toMatchObject({ content: [], stop_reason: 'end_turn' })
  })

  test('gives redacted thinking as a block of its own', async () => {
    const pieces: StreamPiece[] = [
      chunk({ thinking_blocks: [{ type: 'redacted_thinking', data: 'xx' }] }),
      chunk({ content: 'a' }, 'stop'),
      usageChunk(),
    ]
    expect((await accumulated(framesOf(messagesApi, pieces, {}))).content).toMatchObject([
      { type: 'redacted_thinking', data: 'xx' },
      { type: 'text', text: 'a' },
    ])
  })
})

test.each([
  [400, 'invalid_request_error'],
  [401, 'authentication_error'],
  [403, 'permission_error'],
  [404, 'not_found_error'],
  [413, 'request_too_large'],
  [418, 'invalid_request_error'],
  [429, 'rate_limit_error'],
  [500, 'api_error'],
  [503, 'api_error'],
  [529, 'overloaded_error'],
])('an error of status %i has the type %s', (status, type) => {
  expect(messagesApi.error({ status, message: 'boom', type: 'x' })).toEqual({
    type: 'error',
    error: { type, message: 'boom' },
  })
})

/** One message, its blocks numbered from 0, each opened and closed before the next. */
function expectNested(events: readonly any[]): void {
  const order = events.map(({ type, index }) => `${type}${index === undefined ? '' : ` ${index}`}`)
  let open: number | undefined
  let next = 0
  for (const { type, index } of events) {
    if (type === 'content_block_start') {
      expect([open, index]).toEqual([undefined, next++])
      open = index
    } else if (type.startsWith('content_block')) expect(index).toBe(open)
    if (type === 'content_block_stop') open = undefined
  }
  expect(order[0]).toBe('message_start')
  expect(order.slice(-2)).toEqual(['message_delta', 'message_stop'])
}
