import { describe, expect, test } from '@jest/globals'
import type { ChatRequest } from '../../../src/translation/chat.ts'
import {
  anthropicMessagesApi as api,
  vertexAnthropicApi as vertex,
} from '../../../src/translation/providers/anthropic/anthropic.ts'
import type { ModelFacts } from '../../../src/translation/translation.ts'
import type { Json } from '../../../src/types.ts'
import { testContext } from '../../support/translation.ts'

const HI = [{ role: 'user', content: 'hi' }] as const
const TOOL = { type: 'function', function: { name: 'get', parameters: { type: 'object', properties: {} } } } as const
const SONNET_45: ModelFacts = { supportsReasoning: true, maxOutputTokens: 64_000, supportsNativeStructuredOutput: true }
const ADAPTIVE: ModelFacts = { ...SONNET_45, supportsAdaptiveThinking: true }

function sent(chat: Partial<ChatRequest> & Json, facts: ModelFacts = SONNET_45, model = 'claude-sonnet-4-5') {
  const context = testContext({ facts, model })
  const request = api.request({ messages: HI, ...chat } as ChatRequest, context)
  return { ...request, body: request.body as Json & { messages: Json[] }, lost: [...context.lost].sort() }
}

const messagesOf = (messages: ChatRequest['messages'], facts?: ModelFacts) => sent({ messages }, facts).body.messages

describe('messages', () => {
  test('the results of tools and what the user says next are one message, results first', () => {
    const messages = messagesOf([
      ...HI,
      { role: 'assistant', content: null, tool_calls: [call('a'), call('b', '')] },
      { role: 'tool', tool_call_id: 'a', content: 'A' },
      { role: 'user', content: 'wait' },
      { role: 'tool', tool_call_id: 'b', content: [{ type: 'text', text: 'B' }, image('data:image/png;base64,AAAA')] },
    ])
    expect(messages.slice(1)).toEqual([
      {
        role: 'assistant',
        content: [
          { type: 'tool_use', id: 'a', name: 'get', input: { x: 1 } },
          { type: 'tool_use', id: 'b', name: 'get', input: {} },
        ],
      },
      {
        role: 'user',
        content: [
          { type: 'tool_result', tool_use_id: 'a', content: 'A' },
          {
            type: 'tool_result',
            tool_use_id: 'b',
            content: [
              { type: 'text', text: 'B' },
              { type: 'image', source: { type: 'base64', media_type: 'image/png', data: 'AAAA' } },
            ],
          },
          { type: 'text', text: 'wait' },
        ],
      },
    ])
  })

  test('a system message after the first turn stays where it is, marked as no words of the user', () => {
    const late = [...HI, { role: 'system', content: 'now German' }, { role: 'assistant', content: 'ja' }] as const
    const [first] = messagesOf(late)
    expect((first!.content as Json[]).map(({ text }) => text)).toEqual([
      'hi',
      expect.stringMatching(/^Operator note \(not from the user\)/),
      'now German',
    ])
    expect(messagesOf(late, { supportsMidConversationSystem: true }).map(({ role }) => role)).toEqual([
      'user',
      'system',
      'assistant',
    ])
  })

  test('empty texts are left out, and a turn that would be empty gets a placeholder', () => {
    const parts = [{ type: 'text', text: '' } as const, { type: 'text', text: 'x' } as const]
    expect(messagesOf([{ role: 'user', content: parts }])[0]!.content).toEqual([{ type: 'text', text: 'x' }])
    expect(messagesOf([{ role: 'user', content: '' }])[0]!.content).toEqual([{ type: 'text', text: '(no text)' }])
  })

  test('a conversation that the model begins is begun by the user', () => {
    expect(messagesOf([{ role: 'assistant', content: 'hello' }]).map(({ role }) => role)).toEqual(['user', 'assistant'])
    expect(messagesOf([{ role: 'system', content: 'S' }]).map(({ role }) => role)).toEqual(['user'])
  })

  test('the answer to go on with loses white space at its end alone', () => {
    const messages = messagesOf([...HI, { role: 'assistant', content: ' a \n' }])
    expect(messages.at(-1)!.content).toEqual([{ type: 'text', text: ' a' }])
  })

  test('signed thinking goes back before everything else; unsigned thinking is no one to check', () => {
    const [, answer] = messagesOf([
      ...HI,
      {
        role: 'assistant',
        content: 'so',
        thinking_blocks: [
          { type: 'thinking', thinking: 'hm', signature: 's' },
          { type: 'thinking', thinking: 'of another model' },
          { type: 'redacted_thinking', data: 'd' },
        ],
      },
      { role: 'user', content: 'go' },
    ])
    expect(answer!.content).toEqual([
      { type: 'thinking', thinking: 'hm', signature: 's' },
      { type: 'redacted_thinking', data: 'd' },
      { type: 'text', text: 'so' },
    ])
  })

  test('what a model refused is said again', () => {
    const refusals = [
      { role: 'assistant' as const, content: null, refusal: 'no' },
      { role: 'assistant' as const, content: [{ type: 'refusal', refusal: 'never' }] as never },
    ]
    const [, answer] = messagesOf([...HI, ...refusals, ...HI])
    expect(answer!.content).toEqual([
      { type: 'text', text: 'no' },
      { type: 'text', text: 'never' },
    ])
  })

  test('ids of calls are made such as Anthropic allows, and two of them never become one', () => {
    const messages = messagesOf([
      ...HI,
      { role: 'assistant', content: null, tool_calls: [call('a.b'), call('a:b')] },
      { role: 'tool', tool_call_id: 'a:b', content: '2' },
      { role: 'tool', tool_call_id: 'a.b', content: '1' },
    ])
    expect((messages[1]!.content as Json[]).map(({ id }) => id)).toEqual(['a_b', 'a_b_2'])
    expect((messages[2]!.content as Json[]).map(({ tool_use_id, content }) => [tool_use_id, content])).toEqual([
      ['a_b_2', '2'],
      ['a_b', '1'],
    ])
  })

  test('arguments keep the digits of their numbers, and what is no object keeps its bytes', () => {
    const input = (json: string) => {
      const [, answer] = messagesOf([...HI, { role: 'assistant', tool_calls: [call('a', json)] }])
      return JSON.stringify((answer!.content as Json[])[0]!.input)
    }
    expect(input('{"id":12345678901234567890,"f":1.0,"e":1e3,"z":-0}')).toBe(
      '{"id":12345678901234567890,"f":1.0,"e":1e3,"z":-0}',
    )
    expect(input('{"city":"Ro')).toBe('{"raw_arguments":"{\\"city\\":\\"Ro"}')
    expect(input('[1]')).toBe('{"raw_arguments":"[1]"}')
    expect(input('')).toBe('{}')
  })
})

describe('media', () => {
  const block = (part: unknown, of = api) => {
    const messages = [{ role: 'user', content: [part] }] as ChatRequest['messages']
    const body = of.request({ messages }, testContext()).body as { messages: { content: Json[] }[] }
    return body.messages[0]!.content[0]
  }

  test('images, PDFs and texts become blocks of their kinds', () => {
    expect(block(image('https://a.test/i.png'))).toEqual({
      type: 'image',
      source: { type: 'url', url: 'https://a.test/i.png' },
    })
    expect(block(image('data:image/jpg;base64,AA=='))).toMatchObject({ source: { media_type: 'image/jpeg' } })
    expect(block(file({ file_data: 'data:application/pdf;base64,JVBERi0=' }))).toEqual({
      type: 'document',
      source: { type: 'base64', media_type: 'application/pdf', data: 'JVBERi0=' },
    })
    expect(block(image('data:application/pdf;base64,JVBERi0='))).toMatchObject({ type: 'document' })
    expect(block(file({ file_data: 'aGk=', filename: 'a.txt' }))).toEqual({
      type: 'document',
      source: { type: 'text', media_type: 'text/plain', data: 'hi' },
    })
    expect(block(file({ file_id: 'file_1' }))).toEqual({
      type: 'document',
      source: { type: 'file', file_id: 'file_1' },
    })
    expect(block({ ...image('data:image/png;base64,AA=='), cache_control: { type: 'ephemeral' } })).toMatchObject({
      cache_control: { type: 'ephemeral' },
    })
  })

  test('a file that Anthropic keeps needs the beta of files', () => {
    const { headers } = sent({ messages: [{ role: 'user', content: [file({ file_id: 'file_1' })] }] })
    expect(headers).toEqual({ 'anthropic-beta': 'files-api-2025-04-14' })
  })

  test.each([
    ['audio', { type: 'input_audio', input_audio: { data: 'AA==', format: 'wav' } }],
    ['images of this form', image('not an address')],
    ['files of the type video/mp4', file({ file_data: 'data:video/mp4;base64,AA==' })],
    ['files without content', file({})],
  ])('%s cannot be said, and the error tells so', (what, part) => {
    expect(() => block(part)).toThrow(expect.objectContaining({ status: 400, param: 'messages' }))
    expect(() => block(part)).toThrow(what)
  })

  test('Vertex AI fetches no images', () => {
    expect(() => block(image('https://a.test/i.png'), vertex)).toThrow('Send the content as a data URL.')
    expect(block(image('data:image/png;base64,AA=='), vertex)).toMatchObject({ type: 'image' })
  })
})

describe('thinking', () => {
  test('a budget is always below max_tokens, and gives way where there is no room', () => {
    expect(sent({ reasoning_effort: 'high', max_tokens: 1025 }).body.thinking).toMatchObject({ budget_tokens: 1024 })
    const little = sent({ reasoning_effort: 'high', max_tokens: 1024 })
    expect(little.body.thinking).toBeUndefined()
    expect(little.lost).toEqual(['reasoning_effort'])
    expect(
      sent({ thinking: { type: 'enabled', budget_tokens: 9000 }, max_completion_tokens: 5000 }).body,
    ).toMatchObject({ max_tokens: 5000, thinking: { budget_tokens: 4999 } })
    expect(sent({ thinking: { type: 'enabled', budget_tokens: 64_000 } }).body).toMatchObject({
      max_tokens: 64_000,
      thinking: { budget_tokens: 63_999 },
    })
  })

  test('adaptive models are told an effort', () => {
    const { body } = sent({ reasoning_effort: 'minimal', max_tokens: 50 }, ADAPTIVE, 'claude-opus-4-6')
    expect(body).toMatchObject({
      max_tokens: 50,
      thinking: { type: 'adaptive', display: 'summarized' },
      output_config: { effort: 'low' },
    })
    const budget = sent({ thinking: { type: 'enabled', budget_tokens: 5000 } }, ADAPTIVE, 'claude-opus-4-8')
    expect(budget.body).toMatchObject({ thinking: { type: 'adaptive' }, output_config: { effort: 'high' } })
    const legacy = sent(
      { thinking: { type: 'enabled', budget_tokens: 5000 } },
      { ...ADAPTIVE, supportsLegacyThinking: true },
    )
    expect(legacy.body.thinking).toEqual({ type: 'enabled', budget_tokens: 5000 })
    const much = sent({ reasoning_effort: 'xhigh' }, ADAPTIVE)
    expect(much.body.output_config).toEqual({ effort: 'high' })
    expect(much.lost).toEqual(['reasoning_effort'])
  })

  test('adaptive thinking becomes a budget on older models', () => {
    expect(sent({ thinking: { type: 'adaptive' } }).body.thinking).toEqual({ type: 'enabled', budget_tokens: 2048 })
  })

  test('a model that does not think loses it, by name', () => {
    const lost = sent({ reasoning_effort: 'low' }, {}, 'claude-3-haiku-20240307')
    expect(lost.body.thinking).toBeUndefined()
    expect(lost.lost).toEqual(['reasoning_effort'])
    expect(sent({ thinking: { type: 'enabled', budget_tokens: 2000 } }, {}, 'claude-3-haiku').lost).toEqual([
      'thinking',
    ])
    expect(sent({ reasoning_effort: 'low' }, {}, 'claude-newest-9').body.thinking).toBeDefined()
  })

  test('sampling and forced calls give way to thinking', () => {
    const { body, lost } = sent({
      reasoning_effort: 'low',
      temperature: 0.2,
      top_k: 5,
      tools: [TOOL],
      tool_choice: 'required',
    })
    expect(body).toMatchObject({ tool_choice: { type: 'auto' } })
    expect(body).not.toHaveProperty('temperature')
    expect(lost).toEqual(['temperature', 'tool_choice', 'top_k'])
  })

  test('calls without their thinking in the history are not thought about', () => {
    const messages: ChatRequest['messages'] = [
      ...HI,
      { role: 'assistant', tool_calls: [call('a')] },
      { role: 'tool', tool_call_id: 'a', content: '1' },
    ]
    expect(sent({ messages, reasoning_effort: 'low' })).toMatchObject({ lost: ['reasoning_effort'] })
    const signed = messages.with(1, {
      ...messages[1]!,
      thinking_blocks: [{ type: 'thinking', thinking: 'h', signature: 's' }],
    })
    expect(sent({ messages: signed, reasoning_effort: 'low' }).body.thinking).toBeDefined()
  })

  test('an unknown effort is refused with those that are known', () => {
    expect(() => sent({ reasoning_effort: 'ultra' })).toThrow(/'ultra' is unknown.*none, minimal, low/)
  })
})

describe('tools', () => {
  test('names that Anthropic refuses are changed, and changed back in the answer', () => {
    const names = ['a.b', 'a_b', 'x'.repeat(130)]
    const asked = {
      messages: HI,
      tools: names.map((name) => ({ type: 'function' as const, function: { name } })),
      tool_choice: { type: 'function' as const, function: { name: 'a.b' } },
    }
    const { body } = sent(asked)
    const sentNames = (body.tools as Json[]).map(({ name }) => String(name))
    expect(sentNames).toEqual(['a_b_2', 'a_b', 'x'.repeat(128)])
    expect(body.tool_choice).toEqual({ type: 'tool', name: 'a_b_2' })
    const content = sentNames.map((name, n) => ({ type: 'tool_use', id: `t${n}`, name, input: {} }))
    const { choices } = api.answer({ content, stop_reason: 'tool_use' }, asked, testContext())
    expect(choices[0]!.message.tool_calls!.map((found) => found.function.name)).toEqual(names)
  })

  test('a history of calls without tools gets one that does nothing', () => {
    const messages: ChatRequest['messages'] = [...HI, { role: 'assistant', tool_calls: [call('a')] }]
    expect(sent({ messages }).body.tools).toHaveLength(1)
  })

  test("Anthropic's own tools and search pass, tools of others are lost by name", () => {
    const tools = [{ type: 'bash_20250124', name: 'bash' }, { type: 'custom', custom: {} }, TOOL]
    const { body, lost } = sent({ tools: tools as never, web_search_options: { search_context_size: 'low' } })
    expect((body.tools as Json[]).map(({ type }) => type)).toEqual(['bash_20250124', 'custom', 'web_search_20250305'])
    expect((body.tools as Json[]).at(-1)).toMatchObject({ max_uses: 1 })
    expect(lost).toEqual(['tools'])
  })

  test('parallel calls are allowed or not beside every choice but none', () => {
    const choice = (chat: object) => sent({ tools: [TOOL], ...chat }).body.tool_choice
    expect(choice({ parallel_tool_calls: false })).toEqual({ type: 'auto', disable_parallel_tool_use: true })
    expect(choice({ tool_choice: 'none', parallel_tool_calls: false })).toEqual({ type: 'none' })
    expect(choice({ tool_choice: 'required' })).toEqual({ type: 'any' })
  })

  test('a model that cannot be forced is asked', () => {
    const { body, lost } = sent({ tools: [TOOL], tool_choice: 'required' }, { supportsForcedToolUse: false })
    expect(body.tool_choice).toEqual({ type: 'auto' })
    expect(lost).toEqual(['tool_choice'])
  })
})

describe('the form of the answer', () => {
  const response_format = {
    type: 'json_schema' as const,
    json_schema: {
      name: 'x',
      schema: {
        type: 'object',
        properties: { a: { type: 'integer', minimum: 1 }, b: { $ref: '#/$defs/b' } },
        $defs: { b: { oneOf: [{ type: 'string', description: 'd', minLength: 2 }, { $ref: '#/$defs/b' }] } },
      },
    },
  }

  test('is a schema without what the grammar refuses, where the model has structured outputs', () => {
    const { body, headers } = sent({ response_format })
    expect(body.output_format).toEqual({
      type: 'json_schema',
      schema: {
        type: 'object',
        additionalProperties: false,
        properties: {
          a: { type: 'integer', description: 'Note: minimum value: 1.' },
          b: { anyOf: [{ type: 'string', description: 'd Note: minimum length: 2.' }, {}] },
        },
      },
    })
    expect(headers).toEqual({ 'anthropic-beta': 'structured-outputs-2025-11-13' })
  })

  test('is a tool that may be chosen beside others, where it has none', () => {
    const old = { facts: {}, model: 'claude-3-haiku' }
    const { body } = sent({ response_format, tools: [TOOL] }, old.facts, old.model)
    expect(body.tool_choice).toEqual({ type: 'any' })
    expect((body.tools as Json[]).map(({ name }) => name)).toEqual(['get', 'json_tool_call'])
  })
})

describe('parameters', () => {
  test('what neither side knows is lost by name; what says nothing is not', () => {
    const { lost } = sent({
      n: 1,
      seed: 0,
      logit_bias: {},
      verbosity: 'low',
      made_up: 1,
      response_format: { type: 'text' },
    })
    expect(lost).toEqual(['made_up', 'seed', 'verbosity'])
  })

  test("Anthropic's own parameters pass", () => {
    const { body, lost, headers } = sent({
      top_k: 5,
      cache_control: { type: 'ephemeral' },
      context_management: [{ type: 'compaction', compact_threshold: 100 }],
      speed: 'fast',
      service_tier: 'default',
    })
    expect(body).toMatchObject({
      top_k: 5,
      cache_control: { type: 'ephemeral' },
      context_management: {
        edits: [{ type: 'compact_20260112', trigger: { type: 'input_tokens', value: 100 } }],
      },
      service_tier: 'standard_only',
    })
    expect(headers).toEqual({ 'anthropic-beta': 'compact-2026-01-12,fast-mode-2026-02-01' })
    expect(lost).toEqual([])
  })

  test('older models take top_p beside a temperature, the newest take neither', () => {
    const both = { temperature: 1, top_p: 0.5 }
    expect(sent(both, {}, 'claude-3-5-sonnet-20241022').body).toMatchObject(both)
    expect(sent(both, {}, 'claude-opus-4-20250514').body).toMatchObject(both)
    expect(sent(both, {}, 'claude-opus-4-1').lost).toEqual(['top_p'])
    expect(sent({ top_p: 0.5 }, {}, 'claude-opus-4-1').body).toMatchObject({ top_p: 0.5 })
    expect(sent({ ...both, temperature: 0.4 }, { supportsSamplingParams: false }).lost).toEqual([
      'temperature',
      'top_p',
    ])
  })

  test('white space is no stop sequence', () => {
    expect(sent({ stop: ['\n', 'X'] })).toMatchObject({ body: { stop_sequences: ['X'] }, lost: ['stop'] })
    expect(sent({ stop: 'X' }).body.stop_sequences).toEqual(['X'])
  })
})

test('Claude on Vertex AI has its model in the path and its version in the body', () => {
  const context = testContext({ facts: SONNET_45 })
  const request = vertex.request({ messages: HI, stream: true }, context)
  expect(request.path).toBe('/publishers/anthropic/models/{model}:streamRawPredict')
  expect(request.body).toMatchObject({ anthropic_version: 'vertex-2023-10-16', stream: true })
  expect(request.body).not.toHaveProperty('model')
})

function call(id: string, json = '{"x":1}') {
  return { id, type: 'function' as const, function: { name: 'get', arguments: json } }
}

function image(url: string) {
  return { type: 'image_url' as const, image_url: { url } }
}

function file(found: { file_data?: string; file_id?: string; filename?: string }) {
  return { type: 'file' as const, file: found }
}
