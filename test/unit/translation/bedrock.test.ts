import { describe, expect, test } from '@jest/globals'
import type { ChatRequest } from '../../../src/translation/chat.ts'
import { bedrockConverseApi as api } from '../../../src/translation/providers/bedrock-converse/bedrock-converse.ts'
import type { ModelFacts } from '../../../src/translation/translation.ts'
import type { Json } from '../../../src/types.ts'
import { piecesOf, saidIn, testContext } from '../../support/translation.ts'

const HI = [{ role: 'user', content: 'hi' }] as const
const CLAUDE = 'anthropic.claude-sonnet-4-5-20250929-v1:0'
const FACTS: ModelFacts = { supportsReasoning: true, supportsToolChoice: true, supportsPromptCaching: true }
const TOOL = { type: 'function', function: { name: 'get', strict: true } } as const
const SCHEMA = { type: 'json_schema' as const, json_schema: { name: 'x', schema: { type: 'object', properties: {} } } }
const PNG = 'data:image/png;base64,AA=='
const EPHEMERAL = { type: 'ephemeral' } as const

function sent(chat: Partial<ChatRequest> & Json, model = CLAUDE, facts = FACTS) {
  const context = testContext({ provider: 'bedrock', model, facts })
  const request = api.request({ messages: HI, ...chat } as ChatRequest, context)
  const body = request.body as Json & { messages: { role: string; content: Json[] }[] }
  return { ...request, body, lost: [...context.lost].sort() }
}

describe('messages', () => {
  test('results come first, with images, and keep their errors', () => {
    const messages = [
      ...HI,
      { role: 'assistant', tool_calls: [call('a/b'), call('c')] },
      { role: 'tool', tool_call_id: 'a/b', content: [{ type: 'text', text: 'A' }, image(PNG)] },
      { role: 'tool', tool_call_id: 'c', content: '', is_error: true },
      { role: 'user', content: 'go' },
    ]
    expect(sent({ messages: messages as ChatRequest['messages'] }).body.messages.slice(1)).toEqual([
      {
        role: 'assistant',
        content: ['a_b', 'c'].map((toolUseId) => ({ toolUse: { toolUseId, name: 'get', input: {} } })),
      },
      {
        role: 'user',
        content: [
          {
            toolResult: {
              toolUseId: 'a_b',
              content: [{ text: 'A' }, { image: { format: 'png', source: { bytes: 'AA==' } } }],
            },
          },
          { toolResult: { toolUseId: 'c', content: [{ text: '(no text)' }], status: 'error' } },
          { text: 'go' },
        ],
      },
    ])
  })

  test('signed thinking goes back first', () => {
    const thinking_blocks = [
      { type: 'thinking' as const, thinking: 'h', signature: 's' },
      { type: 'redacted_thinking' as const, data: 'd' },
    ]
    const { messages } = sent({ messages: [...HI, { role: 'assistant', content: 'so ', thinking_blocks }] }).body
    expect(messages[1]!.content).toEqual([
      { reasoningContent: { reasoningText: { text: 'h', signature: 's' } } },
      { reasoningContent: { redactedContent: 'd' } },
      { text: 'so' },
    ])
  })

  test('cache marks become cache points, of models that know them alone', () => {
    const messages = [
      { role: 'system', content: [{ type: 'text', text: 'S', cache_control: { ...EPHEMERAL, ttl: '1h' } }] },
      { role: 'user', content: [{ type: 'text', text: 'u', cache_control: EPHEMERAL }] },
      { role: 'assistant', tool_calls: [call('a')] },
      { role: 'tool', tool_call_id: 'a', content: [{ type: 'text', text: 'r', cache_control: EPHEMERAL }] },
    ] as ChatRequest['messages']
    const { system, messages: found } = sent({ messages }).body
    expect(system).toEqual([{ text: 'S' }, { cachePoint: { type: 'default', ttl: '1h' } }])
    expect(found[0]!.content).toEqual([{ text: 'u' }, { cachePoint: { type: 'default' } }])
    expect(found[2]!.content[1]).toEqual({ cachePoint: { type: 'default' } })
    expect(sent({ messages }, CLAUDE, {}).body.system).toEqual([{ text: 'S' }])
    expect(sent({ messages }, 'anthropic.claude-3-7-sonnet').body.system).toEqual([
      { text: 'S' },
      { cachePoint: { type: 'default' } },
    ])
  })

  test('documents have names of their own, and a word beside them', () => {
    const content = ['my_file/1.pdf', 'my_file/1.pdf', undefined].map((filename) => ({
      type: 'file' as const,
      file: { file_data: 'data:application/pdf;base64,AA==', ...(filename && { filename }) },
    }))
    const [message] = sent({ messages: [{ role: 'user', content }] }).body.messages
    expect(message!.content.map(({ document, text }) => (document as Json)?.name ?? text)).toEqual([
      'my file 1 pdf 1',
      'my file 1 pdf 2',
      'document 3',
      '(no text)',
    ])
  })

  test('what lies in S3 is named, other addresses are refused', () => {
    const media = (part: unknown) =>
      sent({ messages: [{ role: 'user', content: [part] }] as ChatRequest['messages'] }).body.messages[0]!.content[0]
    expect(media(image('s3://b/i.jpg'))).toEqual({
      image: { format: 'jpeg', source: { s3Location: { uri: 's3://b/i.jpg' } } },
    })
    expect(media({ type: 'file', file: { file_data: 'data:video/mp4;base64,AA==' } })).toMatchObject({
      video: { format: 'mp4' },
    })
    expect(() => media(image('https://a.test/i.png'))).toThrow('Send the content as a data URL, or an s3:// address.')
    expect(() => media(image('data:image/tiff;base64,AA=='))).toThrow('image/tiff')
    expect(() => media({ type: 'input_audio', input_audio: { data: 'AA==', format: 'wav' } })).toThrow('audio')
  })
})

describe('tools', () => {
  test('have a description always, and are strict where the model knows it', () => {
    const spec = (model: string) => (sent({ tools: [TOOL] }, model).body.toolConfig as { tools: Json[] }).tools[0]
    expect(spec(CLAUDE)).toEqual({
      toolSpec: {
        name: 'get',
        description: 'get',
        inputSchema: { json: { type: 'object', properties: {} } },
        strict: true,
      },
    })
    expect(spec('amazon.nova-lite-v1:0')).not.toHaveProperty('toolSpec.strict')
  })

  test('have schemas without references, and open ones for models other than Claude', () => {
    const schema = {
      type: 'object',
      properties: { a: { $ref: '#/$defs/a' } },
      additionalProperties: false,
      $defs: { a: { type: 'string' } },
    }
    const closed = { type: 'object', properties: { a: { type: 'string' } }, additionalProperties: false }
    const { additionalProperties: _, ...open } = closed
    const json = (chat: Json, model: string) =>
      (sent(chat, model).body.toolConfig as { tools: Json[] }).tools[0]!.toolSpec as { inputSchema: { json: Json } }
    const tools = [{ type: 'function', function: { name: 'get', parameters: schema } }]
    const response_format = { type: 'json_schema', json_schema: { schema } }
    for (const chat of [{ tools }, { response_format }]) {
      expect(json(chat, CLAUDE).inputSchema.json).toEqual(closed)
      expect(json(chat, 'amazon.nova-lite-v1:0').inputSchema.json).toEqual(open)
    }
  })

  test('are left out with the choice "none", unless the history needs them', () => {
    expect(sent({ tools: [TOOL], tool_choice: 'none' })).toMatchObject({ lost: [] })
    expect(sent({ tools: [TOOL], tool_choice: 'none' }).body.toolConfig).toBeUndefined()
    const messages: ChatRequest['messages'] = [...HI, { role: 'assistant', tool_calls: [call('a')] }]
    expect(sent({ messages, tools: [TOOL], tool_choice: 'none' }).lost).toEqual(['tool_choice'])
    expect(sent({ messages }).body.toolConfig).toMatchObject({ tools: [{ toolSpec: { name: 'dummy_tool' } }] })
  })

  test('are forced where the model can be forced and does not think', () => {
    const named = { type: 'function' as const, function: { name: 'get' } }
    const choice = (chat: Json, facts = FACTS) => {
      const { body, lost } = sent({ tools: [TOOL], ...chat }, CLAUDE, facts)
      return [(body.toolConfig as Json).toolChoice, lost]
    }
    expect(choice({ tool_choice: 'required' })).toEqual([{ any: {} }, []])
    expect(choice({ tool_choice: named })).toEqual([{ tool: { name: 'get' } }, []])
    expect(choice({ tool_choice: 'required' }, { supportsToolChoice: false })).toEqual([undefined, ['tool_choice']])
    expect(choice({ tool_choice: 'required', reasoning_effort: 'low' })).toEqual([{ auto: {} }, ['tool_choice']])
  })

  test('are called one at a time where Bedrock can say so', () => {
    const parallel = (facts: ModelFacts, chat: Json = {}) =>
      sent({ tools: [TOOL], parallel_tool_calls: false, ...chat }, CLAUDE, facts)
    const knows = { supportsParallelToolUseConfig: true }
    expect(parallel(knows).body.additionalModelRequestFields).toEqual({
      tool_choice: { disable_parallel_tool_use: true, type: 'auto' },
    })
    expect(parallel(knows, { tool_choice: 'auto' }).body.additionalModelRequestFields).toEqual({
      tool_choice: { disable_parallel_tool_use: true },
    })
    expect(parallel({}).lost).toEqual(['parallel_tool_calls'])
  })
})

describe('parameters', () => {
  test('of thinking are those of the maker', () => {
    const fields = (chat: Json, model: string) => sent(chat, model).body.additionalModelRequestFields
    expect(sent({ reasoning_effort: 'low' }).body).toMatchObject({
      inferenceConfig: { maxTokens: 5120 },
      additionalModelRequestFields: { thinking: { type: 'enabled', budget_tokens: 1024 } },
      additionalModelResponseFieldPaths: ['/usage/output_tokens_details'],
    })
    expect(fields({ reasoning_effort: 'low' }, 'openai.gpt-oss-120b-1:0')).toEqual({ reasoning_effort: 'low' })
    expect(fields({ reasoning_effort: 'low' }, 'amazon.nova-2-lite-v1:0')).toEqual({
      reasoningConfig: { type: 'enabled', maxReasoningEffort: 'low' },
    })
    expect(sent({ reasoning_effort: 'low' }, 'deepseek.r1-v1:0').lost).toEqual(['reasoning_effort'])
  })

  test('that OpenAI does not know are the model of the maker to judge, those of OpenAI are lost by name', () => {
    const { body, lost } = sent({ top_k: 5, my_field: 1, seed: 1, guardrailConfig: { g: 1 }, service_tier: 'flex' })
    expect(body).toMatchObject({
      additionalModelRequestFields: { top_k: 5, my_field: 1 },
      guardrailConfig: { g: 1 },
      serviceTier: { type: 'flex' },
    })
    expect(lost).toEqual(['seed'])
    expect(sent({ top_k: 5 }, 'amazon.nova-lite-v1:0').body.additionalModelRequestFields).toEqual({
      inferenceConfig: { topK: 5 },
    })
    expect(sent({ top_k: 5 }, 'meta.llama3-1-8b').lost).toEqual(['top_k'])
  })

  test('of sampling go into inferenceConfig', () => {
    expect(
      sent({ temperature: 0, top_p: 0.5, stop: 'X', max_tokens: 9 }, 'meta.llama3-1-8b').body.inferenceConfig,
    ).toEqual({
      temperature: 0,
      topP: 0.5,
      stopSequences: ['X'],
      maxTokens: 9,
    })
    expect(sent({ temperature: 0, top_p: 0.5 }).lost).toEqual(['top_p'])
  })

  test('of the form of the answer are a schema, or a tool', () => {
    const native = sent({ response_format: SCHEMA }, CLAUDE, { supportsNativeStructuredOutput: true }).body
    expect(native.outputConfig).toEqual({
      textFormat: {
        type: 'json_schema',
        structure: {
          jsonSchema: { name: 'x', schema: '{"additionalProperties":false,"type":"object","properties":{}}' },
        },
      },
    })
    expect(sent({ response_format: SCHEMA }).body.toolConfig).toMatchObject({
      tools: [{ toolSpec: { name: 'json_tool_call' } }],
      toolChoice: { tool: { name: 'json_tool_call' } },
    })
    expect(sent({ response_format: { type: 'json_object' } }).lost).toEqual(['response_format'])
  })

  test('the path says whether the answer is a stream', () => {
    expect([sent({}).path, sent({ stream: true }).path]).toEqual([
      '/model/{model}/converse',
      '/model/{model}/converse-stream',
    ])
  })
})

describe('an answer', () => {
  const answerOf = (
    content: readonly Json[],
    stopReason = 'end_turn',
    asked: Partial<ChatRequest> = {},
    rest: Json = {},
  ) =>
    api.answer(
      { output: { message: { content } }, stopReason, usage: { inputTokens: 1, outputTokens: 9 }, ...rest },
      { messages: HI, ...asked },
      testContext(),
    )

  test.each([
    ['end_turn', 'stop'],
    ['stop_sequence', 'stop'],
    ['max_tokens', 'length'],
    ['tool_use', 'tool_calls'],
    ['guardrail_intervened', 'content_filter'],
    ['content_filtered', 'content_filter'],
  ])('that ended by %s has the finish reason %s', (stopReason, reason) => {
    expect(answerOf([{ text: 't' }], stopReason).choices[0]).toMatchObject({ finish_reason: reason })
  })

  test('keeps thinking, and counts it as Bedrock does', () => {
    const fields = { additionalModelResponseFields: { usage: { output_tokens_details: { thinking_tokens: 4 } } } }
    const thinking = [
      { reasoningContent: { reasoningText: { text: 'h', signature: 's' } } },
      { reasoningContent: { redactedContent: 'd' } },
    ]
    const { choices, usage } = answerOf(thinking, 'end_turn', {}, fields)
    expect(choices[0]!.message).toMatchObject({
      content: null,
      reasoning_content: 'h',
      thinking_blocks: [
        { type: 'thinking', thinking: 'h', signature: 's' },
        { type: 'redacted_thinking', data: 'd' },
      ],
    })
    expect(usage!.completion_tokens_details).toMatchObject({ reasoning_tokens: 4, text_tokens: 5 })
  })

  test('by the tool for a schema is its content, without the wrapping that some models add', () => {
    const json = (input: Json) => ({ toolUse: { toolUseId: 't', name: 'json_tool_call', input } })
    const content = (input: Json) => answerOf([json(input)], 'tool_use', { response_format: SCHEMA }).choices[0]!
    expect(content({ a: 1 })).toMatchObject({ finish_reason: 'stop', message: { content: '{"a":1}' } })
    expect(content({ properties: { a: 1 } }).message.content).toBe('{"a":1}')
  })

  test('has text that quotes', () => {
    const citations = [{ title: 'A', location: { web: { url: 'https://a.test' } } }]
    const { message } = answerOf([{ text: 'x' }, { citationsContent: { content: [{ text: 'y' }], citations } }])
      .choices[0]!
    expect(message).toMatchObject({
      content: 'xy',
      annotations: [{ type: 'url_citation', url_citation: { url: 'https://a.test', title: 'A' } }],
    })
  })

  test('names of tools come back as the client knows them', () => {
    const tools = [{ type: 'function' as const, function: { name: '1/x' } }]
    const [spec] = (sent({ tools }).body.toolConfig as { tools: { toolSpec: { name: string } }[] }).tools
    const use = { toolUse: { toolUseId: 't', name: spec!.toolSpec.name, input: {} } }
    expect(spec!.toolSpec.name).toBe('a1_x')
    const [choice] = answerOf([use], 'tool_use', { tools }).choices
    expect(choice!.message.tool_calls![0]!.function).toEqual({ name: '1/x', arguments: '{}' })
  })
})

describe('a stream', () => {
  const streamed = (documents: readonly Json[], asked: Partial<ChatRequest> = {}) =>
    saidIn(piecesOf(api, documents, { messages: HI, ...asked }, testContext()))
  const start = (contentBlockIndex: number, name: string) => ({
    contentBlockIndex,
    start: { toolUse: { toolUseId: name, name } },
  })
  const delta = (contentBlockIndex: number, found: Json) => ({ contentBlockIndex, delta: found })
  const END = [{ stopReason: 'tool_use' }, { usage: { inputTokens: 1, outputTokens: 9 }, metrics: {} }]

  test('gives a call without arguments an empty object, stopped or not', () => {
    const { message } = streamed([start(1, 'a'), { contentBlockIndex: 1 }, start(2, 'b'), ...END])
    expect(message.tool_calls!.map(({ index, id, function: { arguments: json } }) => [index, id, json])).toEqual([
      [0, 'a', '{}'],
      [1, 'b', '{}'],
    ])
  })

  test('has thinking with its signature', () => {
    const pieces = [{ text: 'h' }, { text: 'm' }, { signature: 's' }, { redactedContent: 'd' }]
    const { message } = streamed([...pieces.map((reasoningContent) => delta(0, { reasoningContent })), ...END])
    expect(message.thinking_blocks).toEqual([
      { type: 'thinking', thinking: 'hm', signature: 's' },
      { type: 'redacted_thinking', data: 'd' },
    ])
  })

  test('of the tool for a schema is text', () => {
    const documents = [start(0, 'json_tool_call'), delta(0, { toolUse: { input: '{"a":1}' } }), ...END]
    const { message, finishReason } = streamed(documents, { response_format: SCHEMA })
    expect([message.content, finishReason]).toEqual(['{"a":1}', 'stop'])
  })
})

test('an error has the words of Bedrock', () => {
  expect(api.error(400, { message: 'boom' })).toEqual({ status: 400, message: 'boom' })
  expect(api.error(429, { Message: 'boom', __type: 'ThrottlingException' })).toEqual({
    status: 429,
    message: 'boom',
    type: 'ThrottlingException',
  })
})

function call(id: string) {
  return { id, type: 'function' as const, function: { name: 'get', arguments: '' } }
}

function image(url: string) {
  return { type: 'image_url' as const, image_url: { url } }
}
