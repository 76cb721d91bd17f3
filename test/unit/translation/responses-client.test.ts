import { describe, expect, test } from '@jest/globals'
import OpenAI from 'openai'
import { responsesApi } from '../../../src/translation/clients/responses/responses.ts'
import { anthropicMessagesApi } from '../../../src/translation/providers/anthropic/anthropic.ts'
import type { StreamPiece } from '../../../src/translation/translation.ts'
import type { Json } from '../../../src/types.ts'
import {
  chunk,
  documentsOf,
  errorPiece,
  eventsOf,
  fetchOf,
  framesOf,
  streamed,
  TALKATIVE,
  testContext,
  usageChunk,
} from '../../support/translate.ts'

function requestOf(body: Json, known = {}) {
  const context = testContext(known)
  return { chat: responsesApi.request({ input: 'hi', ...body }, context), lost: context.lost }
}

/** What the SDK's stream helper accumulates of a stream. */
function accumulated(sse: string) {
  const client = new OpenAI({ apiKey: 'k', fetch: fetchOf(sse), maxRetries: 0 })
  return client.responses.stream({ model: 'm', input: 'hi' }).finalResponse()
}

const CALL = { type: 'function_call', call_id: 'c1', name: 'f', arguments: '{"a": 1}' }

describe('a request', () => {
  test('makes one message of the reasoning, the text and the calls of a turn', () => {
    const { chat } = requestOf({
      instructions: 'sys',
      input: [
        { role: 'developer', content: 'dev' },
        { type: 'reasoning', id: 'rs_1', summary: [{ type: 'summary_text', text: 'hm' }] },
        { type: 'message', role: 'assistant', content: [{ type: 'output_text', text: 'ok' }] },
        CALL,
        { ...CALL, call_id: 'c2' },
        { type: 'function_call_output', call_id: 'c1', output: '1' },
        {
          type: 'function_call_output',
          call_id: 'c2',
          output: [
            { type: 'input_text', text: 'see' },
            { type: 'input_image', image_url: 'data:image/png;base64,AA' },
          ],
        },
        {
          role: 'user',
          content: [{ type: 'input_file', filename: 'a.pdf', file_data: 'data:application/pdf;base64,AA' }],
        },
      ],
    })
    const called = { name: 'f', arguments: '{"a": 1}' }
    expect(chat.messages).toEqual([
      { role: 'system', content: 'sys' },
      { role: 'developer', content: 'dev' },
      {
        role: 'assistant',
        content: 'ok',
        reasoning_content: 'hm',
        tool_calls: [
          { id: 'c1', type: 'function', function: called },
          { id: 'c2', type: 'function', function: called },
        ],
      },
      { role: 'tool', tool_call_id: 'c1', content: '1' },
      {
        role: 'tool',
        tool_call_id: 'c2',
        content: [
          { type: 'text', text: 'see' },
          { type: 'image_url', image_url: { url: 'data:image/png;base64,AA', detail: 'auto' } },
        ],
      },
      {
        role: 'user',
        content: [{ type: 'file', file: { filename: 'a.pdf', file_data: 'data:application/pdf;base64,AA' } }],
      },
    ])
  })

  test('says formats, efforts, limits and choices in the words of chat', () => {
    const tools = [
      { type: 'function', name: 'f', parameters: { type: 'object' }, strict: true },
      { type: 'function', name: 'g', parameters: null },
    ]
    const { chat } = requestOf({
      tools,
      tool_choice: { type: 'allowed_tools', mode: 'required', tools: [{ type: 'function', name: 'g' }] },
      reasoning: { effort: 'low', summary: 'auto' },
      max_output_tokens: 5,
      temperature: null,
      top_k: 3,
      text: { verbosity: 'low', format: { type: 'json_schema', name: 'n', schema: { type: 'object' }, strict: true } },
      store: false,
      include: ['reasoning.encrypted_content'],
    })
    expect(chat).toEqual({
      messages: [{ role: 'user', content: 'hi' }],
      tools: [
        { type: 'function', function: { name: 'g', description: '', parameters: { type: 'object', properties: {} } } },
      ],
      tool_choice: 'required',
      reasoning_effort: 'low',
      max_tokens: 5,
      top_k: 3,
      verbosity: 'low',
      response_format: { type: 'json_schema', json_schema: { name: 'n', schema: { type: 'object' }, strict: true } },
    })
  })

  test('names the tools that OpenAI runs itself, and items of theirs', () => {
    const { chat, lost } = requestOf({
      tools: [{ type: 'web_search' }, { type: 'code_interpreter' }],
      input: [
        { type: 'web_search_call', id: 'ws_1' },
        { role: 'user', content: 'hi' },
      ],
      truncation: 'auto',
      max_tool_calls: 3,
    })
    expect(lost.sort()).toEqual(['code_interpreter', 'max_tool_calls', 'truncation', 'web_search', 'web_search_call'])
    expect(chat.tools).toBeUndefined()
  })

  test.each([
    [{ background: true }, 'background', /in the background/],
    [{ conversation: 'conv_1' }, 'conversation', /send its items/],
    [{ prompt: { id: 'p' } }, 'prompt', /send `instructions`/],
    [{ previous_response_id: 'resp_9' }, 'previous_response_id', /"resp_9" is not known here/],
    [{ input: [{ type: 'item_reference', id: 'msg_9' }] }, 'input', /"msg_9"/],
    [{ input: [{ type: 'function_call_output', call_id: 'c9', output: '' }] }, 'input', /"c9", but not the call/],
    [{ input: [{ role: 'user', content: [{ type: 'input_image', file_id: 'f' }] }] }, 'input', /no `image_url`/],
    [{ input: 7 }, 'input', /text or a list/],
    [{ tools: [weatherTool()], tool_choice: { type: 'web_search' } }, 'tool_choice', /"web_search"/],
  ])('refuses %j and names %s', (body, param, message) => {
    expect(() => requestOf(body)).toThrow(
      expect.objectContaining({ code: 'bad_request', param, message: expect.stringMatching(message) }),
    )
  })

  test('goes on from the response before', () => {
    const earlier = [{ role: 'user', content: 'first' }, CALL]
    const input = [{ type: 'function_call_output', call_id: 'c1', output: 'x' }]
    const { chat } = requestOf({ previous_response_id: 'resp_1', input }, { earlier })
    expect(chat.messages.map(({ role }) => role)).toEqual(['user', 'assistant', 'tool'])
  })

  test('takes back reasoning as it was signed, and keeps what only OpenAI can read', () => {
    const blocks = [{ type: 'thinking', thinking: 'hm', signature: 'sig' }]
    const { chat } = requestOf({
      input: [
        { type: 'reasoning', summary: [], encrypted_content: JSON.stringify(blocks) },
        { type: 'message', role: 'assistant', content: 'a' },
        { type: 'reasoning', summary: [{ type: 'summary_text', text: 's' }], encrypted_content: 'gAAA' },
        { type: 'message', role: 'assistant', content: 'b' },
      ],
    })
    expect(chat.messages[0]).toEqual({
      role: 'assistant',
      content: 'a',
      reasoning_content: 'hm',
      thinking_blocks: blocks,
    })
    expect(chat.messages[1]!.thinking_blocks).toEqual([
      { type: 'thinking', thinking: 's', signature: 'openai.reasoning:gAAA' },
    ])
  })
})

describe('an answer', () => {
  const message = {
    role: 'assistant' as const,
    content: 'Hello',
    thinking_blocks: [{ type: 'thinking' as const, thinking: 'hm', signature: 'sig' }],
    annotations: [
      { type: 'url_citation', url_citation: { url: 'https://x', title: 't', start_index: 0, end_index: 5 } },
    ],
    tool_calls: [
      { id: 'c1', type: 'function' as const, function: { name: 'f', arguments: '' } },
      { id: 'c2', type: 'function' as const, function: { name: 'patch', arguments: '{"input":"*** Begin"}' } },
    ],
  }
  const answer = {
    id: 'chatcmpl-1',
    object: 'chat.completion' as const,
    created: 1,
    model: 'qwen',
    choices: [{ index: 0, finish_reason: 'length' as const, message }],
  }

  test('has items in order, citations, and tools of both kinds', () => {
    const asked = { tools: [{ type: 'custom', name: 'patch' }], temperature: 0.5 }
    expect(responsesApi.answer(answer, asked, testContext())).toMatchObject({
      status: 'incomplete',
      incomplete_details: { reason: 'max_output_tokens' },
      temperature: 0.5,
      output: [
        { type: 'reasoning', summary: [{ text: 'hm' }], encrypted_content: JSON.stringify(message.thinking_blocks) },
        {
          type: 'message',
          content: [{ text: 'Hello', annotations: [{ type: 'url_citation', url: 'https://x', end_index: 5 }] }],
        },
        { type: 'function_call', call_id: 'c1', arguments: '{}' },
        { type: 'custom_tool_call', call_id: 'c2', name: 'patch', input: '*** Begin' },
      ],
    })
  })

  test('of a model that refused has the refusal as a part', () => {
    const choices = [
      { index: 0, finish_reason: 'stop' as const, message: { role: 'assistant' as const, refusal: 'No.' } },
    ]
    expect(responsesApi.answer({ ...answer, choices }, {}, testContext())).toMatchObject({
      status: 'completed',
      output: [{ type: 'message', content: [{ type: 'refusal', refusal: 'No.' }] }],
    })
  })
})

describe('a stream', () => {
  test("is what the SDK's helper accumulates", async () => {
    const response = await accumulated(framesOf(responsesApi, TALKATIVE, {}))
    expect(response).toMatchObject({
      id: expect.stringMatching(/^resp_/),
      status: 'completed',
      output_text: 'Hello',
      output: [
        { type: 'reasoning', summary: [{ text: 'hm' }] },
        { type: 'message', status: 'completed' },
        { type: 'function_call', call_id: 'call_1', arguments: '{"city":"Rome"}' },
        { type: 'function_call', call_id: 'call_2', arguments: '{}' },
      ],
      usage: { input_tokens: 10, input_tokens_details: { cached_tokens: 4 }, output_tokens: 20, total_tokens: 30 },
    })
  })

  test('counts its events, closes each item before the next, and says the same at the end', () => {
    const events = expectNested(documentsOf(framesOf(responsesApi, TALKATIVE, {})))
    const done = events.filter(({ type }) => type === 'response.output_item.done').map(({ item }) => item)
    expect(events.at(-1)).toMatchObject({ type: 'response.completed', response: { output: done } })
  })

  test('tells what the text quotes, while it is written and in its end', async () => {
    const citation = { type: 'web_search_result_location', url: 'https://a.test', title: 'A', cited_text: 'c' }
    const text = (index: number, said: string) => [
      { type: 'content_block_start', index, content_block: { type: 'text', text: '' } },
      { type: 'content_block_delta', index, delta: { type: 'text_delta', text: said } },
    ]
    const documents = [
      { type: 'message_start', message: { id: 'm', usage: { input_tokens: 1, output_tokens: 1 } } },
      ...text(0, 'See '),
      { type: 'content_block_stop', index: 0 },
      ...text(1, 'here'),
      { type: 'content_block_delta', index: 1, delta: { type: 'citations_delta', citation } },
      { type: 'content_block_stop', index: 1 },
      { type: 'message_delta', delta: { stop_reason: 'end_turn' }, usage: { output_tokens: 2 } },
      { type: 'message_stop' },
    ]
    const sse = streamed([responsesApi, anthropicMessagesApi], documents, { input: 'hi' }, testContext())
    const annotation = { type: 'url_citation', url: 'https://a.test', title: 'A', start_index: 4, end_index: 8 }
    const events = expectNested(documentsOf(sse))
    const [added] = events.filter(({ type }) => type === 'response.output_text.annotation.added')
    expect(added).toMatchObject({ output_index: 0, content_index: 0, annotation_index: 0, annotation })
    const response: any = await accumulated(sse)
    expect(response.output[0].content).toMatchObject([{ text: 'See here', annotations: [annotation] }])
  })

  test('goes out piece by piece, and ends with its usage', () => {
    const stream = responsesApi.stream({}, testContext())
    const frames = TALKATIVE.map((piece) => stream.piece(piece))
    expect(frames[3]).toContain('"delta":"Hel"')
    expect(frames[6]).toContain('"delta":"{\\"city\\":"')
    expect(frames.at(-1)).toContain('event: response.completed\n')
    expect(stream.end()).toBe('')
  })

  test('tells the input of a custom tool when it is whole', async () => {
    const call = (args: string, begin = false) => {
      const called = { ...(begin ? { name: 'patch' } : {}), arguments: args }
      return chunk({ tool_calls: [{ index: 0, ...(begin ? { id: 'c1' } : {}), function: called }] })
    }
    const pieces = [call('{"input":"a', true), call('b\\n"}'), chunk({}, 'tool_calls'), usageChunk()]
    const sse = framesOf(responsesApi, pieces, { tools: [{ type: 'custom', name: 'patch' }] })
    expectNested(documentsOf(sse))
    expect((await accumulated(sse)).output).toMatchObject([{ type: 'custom_tool_call', call_id: 'c1', input: 'ab\n' }])
  })

  test('that was cut by the limit says so, of the response and of its last item', async () => {
    const sse = framesOf(responsesApi, [chunk({ content: 'Hel' }), chunk({}, 'length'), usageChunk()], {})
    expect(eventsOf(sse).at(-1)).toMatchObject({
      event: 'response.incomplete',
      data: { response: { status: 'incomplete', output: [{ status: 'incomplete' }] } },
    })
    await expect(accumulated(sse)).resolves.toMatchObject({ status: 'incomplete' })
  })

  test('with a refusal is accumulated', async () => {
    const sse = framesOf(responsesApi, [chunk({ refusal: 'N' }), chunk({ refusal: 'o.' }, 'stop'), usageChunk()], {})
    expectNested(documentsOf(sse))
    expect((await accumulated(sse)).output).toMatchObject([{ content: [{ type: 'refusal', refusal: 'No.' }] }])
  })

  test.each(TALKATIVE.map((_, at) => at))(
    'that is cut before piece %i is still nested, and accumulated',
    async (at) => {
      const sse = framesOf(responsesApi, TALKATIVE.slice(0, at), {})
      expectNested(documentsOf(sse))
      await expect(accumulated(sse)).resolves.toMatchObject({ object: 'response' })
    },
  )

  test.each(TALKATIVE.map((_, at) => at))('that fails before piece %i makes the SDK throw the words', async (at) => {
    const pieces: StreamPiece[] = [...TALKATIVE.slice(0, at), errorPiece({ status: 429 }), ...TALKATIVE.slice(at)]
    const sse = framesOf(responsesApi, pieces, {})
    await expect(accumulated(sse)).rejects.toThrow(/engine died/)
    expect(sse).not.toContain('response.completed')
    if (at > 0)
      expect(eventsOf(sse).at(-1)).toMatchObject({
        data: { response: { status: 'failed', error: { message: 'engine died' } } },
      })
  })
})

test('an error has the form of OpenAI', () => {
  expect(responsesApi.error({ status: 404, message: 'no' })).toEqual({
    error: { message: 'no', type: 'not_found_error', param: null, code: '404' },
  })
})

function weatherTool() {
  return { type: 'function', name: 'f', parameters: {} }
}

/** Every item is added, filled and done before the next is added; every event has the next number. */
function expectNested(events: readonly any[]): readonly any[] {
  let open: number | undefined
  let next = 0
  for (const [at, { type, sequence_number, output_index: index }] of events.entries()) {
    expect(sequence_number).toBe(at)
    if (type === 'response.output_item.added') {
      expect([open, index]).toEqual([undefined, next++])
      open = index
    } else if (index !== undefined) expect(index).toBe(open)
    if (type === 'response.output_item.done') open = undefined
  }
  expect(open).toBeUndefined()
  expect(events.slice(0, 2).map(({ type }) => type)).toEqual(['response.created', 'response.in_progress'])
  return events
}
