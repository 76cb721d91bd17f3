import { describe, expect, test } from '@jest/globals'
import type { ChatMessage, ChatRequest } from '../../../src/translation/chat.ts'
import { openaiChatApi } from '../../../src/translation/providers/openai-chat/openai-chat.ts'
import { openaiResponsesApi } from '../../../src/translation/providers/openai-responses/openai-responses.ts'
import type { ProviderApi, TranslationContext } from '../../../src/translation/translation.ts'
import type { Json } from '../../../src/types.ts'
import { testContext } from '../../support/translate.ts'

const CHAT: ChatRequest = { messages: [{ role: 'user', content: 'hi' }] }

function sent(api: ProviderApi, chat: Partial<ChatRequest>, known: Partial<TranslationContext> = {}) {
  const context = testContext(known)
  const { body } = api.request({ ...CHAT, ...chat }, context)
  return { body: body as any, lost: context.lost }
}

function piecesOf(api: ProviderApi, documents: readonly Json[]): any[] {
  const stream = api.stream(CHAT, testContext())
  return [...documents.flatMap((document) => stream.event(document)), ...stream.end()]
}

const IMAGE = { type: 'image_url' as const, image_url: { url: 'data:image/png;base64,AA' } }

describe('a request to chat completions', () => {
  const history: readonly ChatMessage[] = [
    { role: 'developer', content: [{ type: 'text', text: 'dev', cache_control: { type: 'ephemeral' } }] },
    {
      role: 'assistant',
      content: [
        { type: 'text', text: 'a' },
        { type: 'text', text: 'b', cache_control: { type: 'ephemeral' } },
      ],
      reasoning_content: 'hm',
      thinking_blocks: [{ type: 'thinking', thinking: 'hm', signature: 's' }],
      provider_specific_fields: { x: 1 },
      tool_calls: ['c1', 'c2'].map((id) => ({
        id,
        type: 'function',
        function: { name: 'f', arguments: '{}' },
        provider_specific_fields: { thought_signature: 'x' },
      })),
    },
    { role: 'tool', tool_call_id: 'c1', content: [IMAGE], is_error: true },
    { role: 'tool', tool_call_id: 'c2', content: 'two' },
  ]

  test('has no member that only LiteLLM or Anthropic knows, and results of tools together', () => {
    const { body } = sent(openaiChatApi, { messages: history })
    const called = { type: 'function', function: { name: 'f', arguments: '{}' } }
    expect(body.messages).toEqual([
      { role: 'system', content: [{ type: 'text', text: 'dev' }] },
      {
        role: 'assistant',
        content: 'ab',
        reasoning_content: 'hm',
        tool_calls: [
          { id: 'c1', ...called },
          { id: 'c2', ...called },
        ],
      },
      { role: 'tool', tool_call_id: 'c1', content: [{ type: 'text', text: expect.stringMatching(/image/) }] },
      { role: 'tool', tool_call_id: 'c2', content: 'two' },
      { role: 'user', content: [{ type: 'text', text: expect.stringMatching(/images/) }, IMAGE] },
    ])
  })

  test('to OpenAI itself keeps its developer, and has no reasoning', () => {
    const { body } = sent(openaiChatApi, { messages: history }, { provider: 'openai', model: 'gpt-4o' })
    expect(body.messages[0].role).toBe('developer')
    expect(JSON.stringify(body)).not.toContain('reasoning_content')
  })

  test('keeps marks of the cache where the provider passes them on', () => {
    const { body } = sent(openaiChatApi, { messages: history }, { provider: 'openrouter' })
    expect(body.messages[0].content[0].cache_control).toEqual({ type: 'ephemeral' })
  })

  test('gives a file the name that OpenAI wants, and refuses one at an address', () => {
    const file = (file_data: string) => ({
      messages: [{ role: 'user' as const, content: [{ type: 'file' as const, file: { file_data } }] }],
    })
    expect(sent(openaiChatApi, file('data:application/pdf;base64,AA')).body.messages[0].content[0].file).toEqual({
      filename: 'document.pdf',
      file_data: 'data:application/pdf;base64,AA',
    })
    expect(() => sent(openaiChatApi, file('https://x/a.pdf'))).toThrow(/as base64/)
  })

  test('asks for the usage of a stream, but of those who refuse the question', () => {
    expect(sent(openaiChatApi, { stream: true }).body.stream_options).toEqual({ include_usage: true })
    expect(sent(openaiChatApi, { stream: true }, { provider: 'mistral' }).body.stream_options).toBeUndefined()
  })

  test.each([
    ['hosted_vllm', 'qwen', { user: 'u', top_k: 3, service_tier: 'auto' }, { top_k: 3 }, ['service_tier']],
    ['openai', 'gpt-4o', { user: 'u'.repeat(70), top_k: 3 }, { user: 'u'.repeat(64) }, ['top_k']],
    ['openai', 'gpt-5', { max_tokens: 5, temperature: 0.5, top_p: 1 }, { max_completion_tokens: 5 }, ['temperature']],
    ['openai', 'gpt-5', { reasoning_effort: 'none' }, { reasoning_effort: 'minimal' }, []],
    [
      'openai',
      'gpt-5.1',
      { reasoning_effort: 'none', temperature: 0 },
      { reasoning_effort: 'none', temperature: 0 },
      [],
    ],
    ['openai', 'o3', { reasoning_effort: 'max' }, { reasoning_effort: 'high' }, []],
    ['groq', 'qwen', { reasoning_effort: 'none', service_tier: 'flex' }, { service_tier: 'flex' }, []],
    ['together_ai', 'm', { safety_settings: [] }, {}, ['safety_settings']],
  ])('of %s/%s says %j', (provider, model, asked, said, lost) => {
    const { messages: _, model: __, ...body } = sent(openaiChatApi, asked, { provider, model }).body
    expect(body).toEqual(said)
    expect(sent(openaiChatApi, asked, { provider, model }).lost).toEqual(lost)
  })

  test('loses reasoning for a model that does not reason', () => {
    const known = { provider: 'openai', model: 'gpt-4o', facts: { maxOutputTokens: 16384 } }
    expect(sent(openaiChatApi, { reasoning_effort: 'high' }, known)).toMatchObject({ lost: ['reasoning_effort'] })
    expect(sent(openaiChatApi, { reasoning_effort: 'none' }, known).lost).toEqual([])
  })

  test('opens schemas for vLLM, here and within', () => {
    const inner = {
      type: 'object',
      properties: { additionalProperties: { type: 'string' } },
      additionalProperties: false,
    }
    const parameters = { type: 'object', properties: { inner }, additionalProperties: false }
    const { body } = sent(openaiChatApi, {
      tools: [{ type: 'function', function: { name: 'f', parameters, strict: true } }],
    })
    expect(body.tools[0].function).toEqual({
      name: 'f',
      parameters: {
        type: 'object',
        properties: { inner: { type: 'object', properties: { additionalProperties: { type: 'string' } } } },
      },
    })
  })
})

describe('an answer of chat completions', () => {
  test.each([
    ['reasoning of vLLM and OpenRouter', { reasoning: 'hm', content: 'a' }, { reasoning_content: 'hm', content: 'a' }],
    [
      'parts of Mistral',
      {
        content: [
          { type: 'thinking', thinking: [{ type: 'text', text: 'hm' }] },
          { type: 'text', text: 'a' },
        ],
      },
      { reasoning_content: 'hm', content: 'a' },
    ],
    [
      'calls without ids, with arguments as objects',
      { tool_calls: [{ function: { name: 'f', arguments: { a: 1 } } }] },
      { tool_calls: [{ index: 0, id: 'call_1', type: 'function', function: { name: 'f', arguments: '{"a":1}' } }] },
    ],
  ])('%s', (_, message, expected) => {
    const body = { id: 'x', choices: [{ message, finish_reason: 'weird' }], usage: { prompt_tokens: 1 } }
    expect(openaiChatApi.answer(body, CHAT, testContext())).toMatchObject({
      id: 'x',
      created: 1,
      choices: [{ index: 0, message: { role: 'assistant', ...expected }, finish_reason: 'stop' }],
    })
  })
})

describe('a stream of chat completions', () => {
  const delta = (choice: Json, more: Json = {}) => ({ id: 'x', choices: [{ index: 0, ...choice }], ...more })

  test('numbers calls that a copy numbers alike, and gives ids to those without', () => {
    const begin = (id: string | undefined, args: string) =>
      delta({ delta: { tool_calls: [{ index: 0, ...(id ? { id } : {}), function: { name: 'f', arguments: args } }] } })
    const pieces = piecesOf(openaiChatApi, [
      begin('a', '{}'),
      begin('b', '{"b":1}'),
      delta({ finish_reason: 'tool_calls' }),
    ])
    expect(pieces.flatMap(({ choices }) => choices[0].delta.tool_calls ?? [])).toMatchObject([
      { index: 0, id: 'a' },
      { index: 1, id: 'b' },
    ])
    const [first] = piecesOf(openaiChatApi, [begin(undefined, '{}'), delta({ finish_reason: 'stop' })])
    expect(first.choices[0].delta.tool_calls[0].id).toBe('call_1')
  })

  test.each([
    [
      'beside the last text',
      delta({ delta: { content: 'a' }, finish_reason: 'stop' }, { usage: { prompt_tokens: 3 } }),
    ],
    ['in x_groq', delta({ delta: {}, finish_reason: 'stop' }, { x_groq: { usage: { prompt_tokens: 3 } } })],
    ['in the choice', delta({ delta: {}, finish_reason: 'stop', usage: { prompt_tokens: 3 } })],
  ])('gives usage that stands %s once, last', (_, document) => {
    const pieces = piecesOf(openaiChatApi, [document])
    expect(pieces.map(({ usage }) => usage)).toEqual([undefined, { prompt_tokens: 3 }])
    expect(pieces[1].choices).toEqual([])
  })

  test('skips what filters of Azure say first', () => {
    expect(
      piecesOf(openaiChatApi, [{ choices: [], prompt_filter_results: [] }, delta({ finish_reason: 'stop' })]),
    ).toHaveLength(1)
  })

  test('that is cut, or says nothing, ends in an error', () => {
    expect(piecesOf(openaiChatApi, [delta({ delta: { content: 'a' } })]).at(-1)).toMatchObject({
      error: { status: 502 },
    })
    expect(piecesOf(openaiChatApi, [])).toMatchObject([{ error: { status: 502 } }])
  })

  test('that states its usage has come to its end', () => {
    const pieces = piecesOf(openaiChatApi, [
      delta({ delta: { content: 'a' } }),
      { choices: [], usage: { prompt_tokens: 1 } },
    ])
    expect(pieces.slice(1)).toMatchObject([{ choices: [{ finish_reason: 'stop' }] }, { usage: { prompt_tokens: 1 } }])
  })

  test.each([
    [{ error: { message: 'died', type: 't', code: 503 } }, { status: 503, message: 'died', type: 't', code: 503 }],
    [{ error: 'died' }, { status: 500, message: 'died' }],
    [
      { object: 'error', message: 'died', code: 400 },
      { status: 400, message: 'died', code: 400 },
    ],
  ])('fails with %j', (document, error) => {
    expect(piecesOf(openaiChatApi, [delta({ delta: { content: 'a' } }), document]).slice(1)).toEqual([{ error }])
  })
})

test.each([
  [
    { error: { message: 'boom', type: 'x', code: 'y', param: 'p' } },
    { message: 'boom', type: 'x', code: 'y', param: 'p' },
  ],
  [{ detail: [{ loc: ['body'], msg: 'wrong' }] }, { message: '[{"loc":["body"],"msg":"wrong"}]' }],
  [{ message: 'boom' }, { message: 'boom' }],
  ['<html>', { message: '<html>' }],
  ['', { message: 'HTTP 400' }],
])('the error %j keeps its words', (body, expected) => {
  expect(openaiChatApi.error(400, body)).toEqual({ status: 400, ...expected })
})

describe('a request to responses', () => {
  const OPENAI = { provider: 'openai', model: 'gpt-5', facts: { supportsReasoning: true, maxOutputTokens: 1 } }

  test('brings the reasoning back that OpenAI alone can read, and that of others as a summary', () => {
    const { body } = sent(
      openaiResponsesApi,
      {
        messages: [
          {
            role: 'assistant',
            content: 'a',
            reasoning_content: 'onetwo',
            thinking_blocks: [
              { type: 'thinking', thinking: 'one', signature: 'openai.reasoning:gAAA' },
              { type: 'redacted_thinking', data: 'openai.reasoning:gBBB' },
              { type: 'thinking', thinking: 'two', signature: "Anthropic's" },
            ],
          },
        ],
      },
      OPENAI,
    )
    expect(body.input).toEqual([
      { type: 'reasoning', summary: [{ type: 'summary_text', text: 'one' }], encrypted_content: 'gAAA' },
      { type: 'reasoning', summary: [], encrypted_content: 'gBBB' },
      { type: 'reasoning', summary: [{ type: 'summary_text', text: 'two' }] },
      { type: 'message', role: 'assistant', content: [{ type: 'output_text', text: 'a' }] },
    ])
    expect(body).toMatchObject({ store: false, include: ['reasoning.encrypted_content'] })
  })

  test('asks for as many tokens as OpenAI takes, and names what it cannot say', () => {
    const asked = { max_tokens: 1, stop: ['Z'], seed: 1, n: 1, temperature: 0, top_k: 1, stream_options: {} }
    const { body, lost } = sent(openaiResponsesApi, asked, OPENAI)
    expect(body).toMatchObject({ max_output_tokens: 16 })
    expect(Object.keys(body)).not.toEqual(expect.arrayContaining(['stop_options']))
    expect(lost.sort()).toEqual(['seed', 'stop', 'temperature', 'top_k'])
  })

  test('says formats and files in its own words', () => {
    const { body } = sent(openaiResponsesApi, {
      messages: [
        {
          role: 'user',
          content: [
            { type: 'file', file: { file_data: 'https://x/a.pdf' } },
            { type: 'file', file: { file_data: 'data:application/pdf;base64,AA' } },
          ],
        },
      ],
      response_format: { type: 'json_schema', json_schema: { schema: { type: 'object' } } },
    })
    expect(body.input[0].content).toEqual([
      { type: 'input_file', file_url: 'https://x/a.pdf' },
      { type: 'input_file', filename: 'document.pdf', file_data: 'data:application/pdf;base64,AA' },
    ])
    expect(body.text).toEqual({ format: { type: 'json_schema', name: 'response', schema: { type: 'object' } } })
  })
})

describe('an answer of responses', () => {
  const reasoning = {
    type: 'reasoning',
    id: 'rs_1',
    summary: [{ type: 'summary_text', text: 'hm' }],
    encrypted_content: 'gAAA',
  }
  const call = { type: 'function_call', call_id: 'c1', name: 'f', arguments: '{"a":1}' }

  test('keeps the encrypted reasoning as a signature', () => {
    const body = { id: 'resp_1', created_at: 2, model: 'gpt-5', status: 'completed', output: [reasoning, call] }
    expect(openaiResponsesApi.answer(body, CHAT, testContext()).choices[0]).toMatchObject({
      finish_reason: 'tool_calls',
      message: {
        reasoning_content: 'hm',
        thinking_blocks: [{ type: 'thinking', thinking: 'hm', signature: 'openai.reasoning:gAAA' }],
        tool_calls: [{ id: 'c1', function: { arguments: '{"a":1}' } }],
      },
    })
  })

  test.each([
    ['max_output_tokens', 'length'],
    ['content_filter', 'content_filter'],
  ])('that is incomplete for %s ended by %s', (reason, finish) => {
    const body = { status: 'incomplete', incomplete_details: { reason }, output: [] }
    expect(openaiResponsesApi.answer(body, CHAT, testContext()).choices[0]!.finish_reason).toBe(finish)
  })

  test('that failed is an error with the words of the provider', () => {
    const body = { status: 'failed', error: { code: 'server_error', message: 'broken' }, output: [] }
    expect(() => openaiResponsesApi.answer(body, CHAT, testContext())).toThrow('broken')
  })
})

describe('a stream of responses', () => {
  const created = { type: 'response.created', response: { id: 'resp_1', created_at: 2, model: 'gpt-5' } }
  const completed = {
    type: 'response.completed',
    response: { status: 'completed', usage: { input_tokens: 1, output_tokens: 2, total_tokens: 3 } },
  }
  const item = (type: string, item: Json, output_index = 0) => ({
    type: `response.output_item.${type}`,
    item,
    output_index,
  })

  test('gives summaries, signatures, text and calls as they come', () => {
    const pieces = piecesOf(openaiResponsesApi, [
      created,
      item('added', { type: 'reasoning' }),
      { type: 'response.reasoning_summary_part.added', summary_index: 0 },
      { type: 'response.reasoning_summary_text.delta', delta: 'one' },
      { type: 'response.reasoning_summary_part.added', summary_index: 1 },
      { type: 'response.reasoning_summary_text.delta', delta: 'two' },
      item('done', { type: 'reasoning', summary: [{ text: 'one' }, { text: 'two' }], encrypted_content: 'gAAA' }),
      item('added', { type: 'message' }, 1),
      { type: 'response.output_text.delta', delta: 'a', output_index: 1 },
      item('added', { type: 'function_call', call_id: 'c1', name: 'f', arguments: '' }, 2),
      { type: 'response.function_call_arguments.delta', delta: '{}', output_index: 2 },
      item('done', { type: 'function_call', call_id: 'c1', name: 'f', arguments: '{}' }, 2),
      item('added', { type: 'function_call', call_id: 'c2', name: 'f' }, 3),
      item('done', { type: 'function_call', call_id: 'c2', name: 'f', arguments: '{"b":2}' }, 3),
      completed,
    ])
    expect(pieces.slice(0, -1).map(({ choices: [{ delta, finish_reason }] }) => finish_reason ?? delta)).toEqual([
      { reasoning_content: 'one' },
      { reasoning_content: '\n\n' },
      { reasoning_content: 'two' },
      { thinking_blocks: [{ type: 'thinking', thinking: '', signature: 'openai.reasoning:gAAA' }] },
      { content: 'a' },
      { tool_calls: [{ index: 0, id: 'c1', type: 'function', function: { name: 'f', arguments: '' } }] },
      { tool_calls: [{ index: 0, function: { arguments: '{}' } }] },
      { tool_calls: [{ index: 1, id: 'c2', type: 'function', function: { name: 'f', arguments: '' } }] },
      { tool_calls: [{ index: 1, function: { arguments: '{"b":2}' } }] },
      'tool_calls',
    ])
    expect(pieces.at(-1)).toMatchObject({ id: 'resp_1', usage: { prompt_tokens: 1, completion_tokens: 2 } })
  })

  test.each([
    [
      { type: 'error', code: 'rate_limit_exceeded', message: 'slow' },
      { message: 'slow', code: 'rate_limit_exceeded' },
    ],
    [
      { type: 'response.failed', response: { error: { code: 'server_error', message: 'broken' } } },
      { message: 'broken' },
    ],
  ])('fails once with %j', (document, error) => {
    expect(piecesOf(openaiResponsesApi, [created, document, document])).toMatchObject([{ error }])
  })

  test('that is cut ends in an error', () => {
    expect(piecesOf(openaiResponsesApi, [created])).toMatchObject([{ error: { status: 502 } }])
  })
})
