import { describe, expect, test } from '@jest/globals'
import type { ChatRequest } from '../../../src/translation/chat.ts'
import { cohereChatApi } from '../../../src/translation/providers/cohere-chat/cohere-chat.ts'
import { needsOllamaChat, ollamaChatApi } from '../../../src/translation/providers/ollama-chat/ollama-chat.ts'
import type { ProviderApi } from '../../../src/translation/translation.ts'
import type { Json } from '../../../src/types.ts'
import { essenceOfAnswer, recordedCases, testContext } from '../../support/translation.ts'

const HI = [{ role: 'user', content: 'hi' }] as const
const TOOL = { type: 'function', function: { name: 'get' } } as const
const OTHER = { type: 'function', function: { name: 'other' } } as const
const PNG = 'data:image/png;base64,AA=='
const SCHEMA = { type: 'json_schema' as const, json_schema: { schema: { type: 'object' } } }

function sentTo(api: ProviderApi, chat: Partial<ChatRequest> & Json, known = {}) {
  const context = testContext(known)
  const { body, path } = api.request({ messages: HI, ...chat } as ChatRequest, context)
  return { path, body: body as Json & { messages: Json[] }, lost: [...context.lost].sort() }
}

/** LiteLLM's list of images is empty where there are none. */
function withoutEmptyImages(body: Json): Json {
  const messages = (body.messages as Json[]).map(({ images, ...message }) =>
    (images as unknown[] | undefined)?.length ? { ...message, images } : message,
  )
  return { ...body, messages }
}

describe.each([
  ['ollama', ollamaChatApi, ''],
  ['cohere', cohereChatApi, '/v2'],
] as const)('the recorded cases of %s', (name, api, base) => {
  test.each(recordedCases(name))('$name', ({ wire, request, upstream, answer, ...known }) => {
    const { path, body, lost } = sentTo(api, request, known)
    expect(base + path).toBe(wire!.path)
    expect(body).toEqual({ options: name === 'ollama' ? {} : undefined, ...withoutEmptyImages(wire!.body) })
    expect(lost).toEqual([])
    const ours = essenceOfAnswer(api.answer(upstream.body!, request, testContext(known)))
    const theirs = essenceOfAnswer(answer!.response!)
    const calls = theirs.calls.map((call) => ({ ...call, id: 'call_made_up' }))
    expect(ours).toEqual({ ...theirs, calls })
  })
})

describe('a request to ollama', () => {
  const sent = (chat: Json, known?: object) => sentTo(ollamaChatApi, chat, known)

  test('has the options of the model, under its own names', () => {
    const { body, lost } = sent({
      ...{ max_tokens: 5, temperature: 0, top_p: 0.5, seed: 1, stop: 'X', frequency_penalty: 0.5, top_k: 3 },
      ...{ num_ctx: 4096, keep_alive: '5m', stream: true, user: 'u', n: 2 },
    })
    expect(body).toMatchObject({
      options: {
        ...{ num_predict: 5, temperature: 0, top_p: 0.5, seed: 1, stop: ['X'], frequency_penalty: 0.5, top_k: 3 },
        num_ctx: 4096,
      },
      keep_alive: '5m',
      stream: true,
    })
    expect(lost).toEqual(['n', 'user'])
  })

  test('is needed for options that the compatible side does not know', () => {
    expect([{ num_ctx: 1 }, { keep_alive: 0 }, { temperature: 1 }, {}].map(needsOllamaChat)).toEqual([
      true,
      true,
      false,
      false,
    ])
  })

  test('thinks as told, and answers in a form', () => {
    expect(sent({ reasoning_effort: 'low' }).body.think).toBe(true)
    expect(sent({ reasoning_effort: 'none' }).body.think).toBe(false)
    expect(sent({ reasoning_effort: 'low' }, { model: 'gpt-oss:20b' }).body.think).toBe('low')
    expect(sent({ response_format: { type: 'json_object' } }).body.format).toBe('json')
    expect(sent({ response_format: SCHEMA }).body.format).toEqual({ type: 'object' })
  })

  test('cannot choose tools, but leave them out', () => {
    expect(sent({ tools: [TOOL], tool_choice: 'none' }).body.tools).toBeUndefined()
    expect(sent({ tools: [TOOL], tool_choice: 'required' }).lost).toEqual(['tool_choice'])
  })

  test('takes images as bare base64 alone', () => {
    const content = (url: string) => [{ type: 'image_url' as const, image_url: url }]
    expect(sent({ messages: [{ role: 'user', content: content(PNG) }] }).body.messages[0]!.images).toEqual(['AA=='])
    expect(() => sent({ messages: [{ role: 'user', content: content('https://a.test/i.png') }] })).toThrow('data URL')
  })
})

describe('a request to cohere', () => {
  const sent = (chat: Json, known?: object) => sentTo(cohereChatApi, chat, known)

  test("has Cohere's names, and names what is lost", () => {
    const { body, lost } = sent({
      top_p: 0.5,
      top_k: 3,
      stop: 'X',
      seed: 1,
      safety_mode: 'NONE',
      n: 2,
      user: 'u',
      stream: true,
    })
    expect(body).toMatchObject({ p: 0.5, k: 3, stop_sequences: ['X'], seed: 1, safety_mode: 'NONE', stream: true })
    expect(lost).toEqual(['n', 'user'])
  })

  test('forces a named tool by giving no other', () => {
    const choice = (tool_choice: unknown) => sent({ tools: [TOOL, OTHER], tool_choice }).body
    expect(choice({ type: 'function', function: { name: 'get' } })).toMatchObject({
      tools: [TOOL],
      tool_choice: 'REQUIRED',
    })
    expect(choice('none')).toMatchObject({ tools: [TOOL, OTHER], tool_choice: 'NONE' })
    expect(choice('auto')).not.toHaveProperty('tool_choice')
  })

  test('asks for a form, and for thought', () => {
    expect(sent({ response_format: SCHEMA }).body.response_format).toEqual({
      type: 'json_object',
      json_schema: { type: 'object' },
    })
    const reasons = { facts: { supportsReasoning: true } }
    expect(sent({ thinking: { type: 'enabled', budget_tokens: 9 } }, reasons).body.thinking).toEqual({
      type: 'enabled',
      token_budget: 9,
    })
    expect(sent({ reasoning_effort: 'none' }, reasons).body.thinking).toEqual({ type: 'disabled' })
    expect(sent({ reasoning_effort: 'low' }).lost).toEqual(['reasoning_effort'])
  })

  test('sends images of results after them, and the plan before calls', () => {
    const messages = [
      ...HI,
      { role: 'assistant', content: '', reasoning_content: 'plan', tool_calls: [{ id: 'a', ...TOOL }] },
      {
        role: 'tool',
        tool_call_id: 'a',
        content: [
          { type: 'text', text: 'seen' },
          { type: 'image_url', image_url: { url: PNG } },
        ],
      },
    ]
    const { body } = sent({ messages })
    expect(body.messages.map(({ role }) => role)).toEqual(['user', 'assistant', 'tool', 'user'])
    expect(body.messages[1]).toEqual({
      role: 'assistant',
      tool_plan: 'plan',
      tool_calls: [{ id: 'a', type: 'function', function: { name: 'get', arguments: '{}' } }],
    })
    expect(body.messages[2]).toMatchObject({ role: 'tool', content: 'seen', tool_call_id: 'a' })
  })

  test('has no cache marks', () => {
    const text = { type: 'text', text: 'x', cache_control: { type: 'ephemeral' } }
    const { body } = sent({ messages: [{ role: 'user', content: [text] }], tools: [{ ...TOOL, cache_control: {} }] })
    expect(JSON.stringify(body)).not.toContain('cache_control')
  })
})

test.each([
  ['COMPLETE', 'stop'],
  ['STOP_SEQUENCE', 'stop'],
  ['MAX_TOKENS', 'length'],
  ['TOOL_CALL', 'tool_calls'],
  ['ERROR_TOXIC', 'content_filter'],
])("Cohere's %s is the finish reason %s", (finish_reason, reason) => {
  const message = { content: [{ type: 'text', text: 't' }] }
  const answer = cohereChatApi.answer({ id: 'c', message, finish_reason }, { messages: HI }, testContext())
  expect(answer).toMatchObject({ id: 'c', choices: [{ finish_reason: reason, message: { content: 't' } }] })
})

test('an answer of Cohere says where it has what it says', () => {
  const citations = [{ start: 0, end: 4, sources: [{ id: 'd1', document: { title: 'D' } }, { url: 'https://a.test' }] }]
  const message = {
    content: [
      { type: 'thinking', thinking: 'h' },
      { type: 'text', text: 'here' },
    ],
    citations,
  }
  const { choices } = cohereChatApi.answer({ message, finish_reason: 'COMPLETE' }, { messages: HI }, testContext())
  expect(choices[0]!.message).toMatchObject({
    content: 'here',
    reasoning_content: 'h',
    annotations: [
      { url_citation: { url: 'source:d1', title: 'D', start_index: 0, end_index: 4 } },
      { url_citation: { url: 'https://a.test' } },
    ],
  })
})

test('an answer of Ollama that was cut says so, and keeps its thoughts', () => {
  const body = { message: { content: 'x', thinking: 'h' }, done: true, done_reason: 'length' }
  expect(ollamaChatApi.answer(body, { messages: HI }, testContext()).choices[0]).toMatchObject({
    finish_reason: 'length',
    message: { content: 'x', reasoning_content: 'h' },
  })
  expect(ollamaChatApi.error(404, { error: 'model not found' })).toEqual({ status: 404, message: 'model not found' })
})
