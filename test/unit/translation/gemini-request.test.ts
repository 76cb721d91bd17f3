import { describe, expect, test } from '@jest/globals'
import type { ChatRequest } from '../../../src/translation/chat.ts'
import { geminiGenerateApi as api } from '../../../src/translation/providers/gemini/gemini.ts'
import type { TranslationContext } from '../../../src/translation/translation.ts'
import type { Json } from '../../../src/types.ts'
import { testContext } from '../../support/translation.ts'

const HI = [{ role: 'user', content: 'hi' }] as const
const PNG = 'data:image/png;base64,AA=='
const FUNCTION = { type: 'function' as const, function: { name: 'f' } }
const FLASH = { model: 'gemini-2.5-flash', provider: 'gemini', facts: { supportsReasoning: true } }
const GEMINI_3 = { ...FLASH, model: 'gemini-3.1-pro-preview' }

function sent(chat: Partial<ChatRequest> & Json, known: Partial<TranslationContext> = FLASH) {
  const context = testContext(known)
  const request = api.request({ messages: HI, ...chat } as ChatRequest, context)
  const body = request.body as Json & { contents: { role: string; parts: Json[] }[]; generationConfig?: Json }
  return { ...request, body, lost: [...context.lost].sort() }
}

describe('contents', () => {
  const conversation: ChatRequest['messages'] = [
    { role: 'system', content: 'S' },
    ...HI,
    { role: 'assistant', content: 'ok', tool_calls: [call('a__thought__c2ln'), call('b', 'other', '')] },
    { role: 'tool', tool_call_id: 'b', content: '{"id":12345678901234567890}' },
    { role: 'tool', tool_call_id: 'a__thought__c2ln', content: [{ type: 'text', text: 'seen' }, image(PNG)] },
  ]

  test('results are known by the names of their functions, objects stay objects, images stand within', () => {
    const { contents, systemInstruction } = sent({ messages: conversation }).body
    expect(systemInstruction).toEqual({ parts: [{ text: 'S' }] })
    expect(contents.map(({ role }) => role)).toEqual(['user', 'model', 'user'])
    expect(JSON.stringify(contents[2]!.parts)).toBe(
      JSON.stringify([
        { functionResponse: { name: 'other', response: { id: 0 } } },
        {
          functionResponse: {
            name: 'get',
            response: { content: 'seen' },
            parts: [{ inlineData: { mimeType: 'image/png', data: 'AA==' } }],
          },
        },
      ]).replace('"id":0', '"id":12345678901234567890'),
    )
  })

  test('Gemini 3 gets ids and signatures back, older models only the signatures', () => {
    expect(sent({ messages: conversation }, GEMINI_3).body.contents[1]!.parts).toEqual([
      { text: 'ok' },
      { functionCall: { id: 'a', name: 'get', args: { x: 1 } }, thoughtSignature: 'c2ln' },
      { functionCall: { id: 'b', name: 'other', args: {} } },
    ])
    expect(sent({ messages: conversation }).body.contents[1]!.parts[1]).toEqual({
      functionCall: { name: 'get', args: { x: 1 } },
      thoughtSignature: 'c2ln',
    })
  })

  test('a first call that no thought led to has the signature that Google skips, on Gemini 3', () => {
    const messages: ChatRequest['messages'] = [...HI, { role: 'assistant', tool_calls: [call('a'), call('b')] }]
    const signatures = (known: Partial<TranslationContext>) =>
      sent({ messages }, known).body.contents[1]!.parts.map(({ thoughtSignature }) => thoughtSignature)
    expect(signatures(GEMINI_3)).toEqual([btoa('skip_thought_signature_validator'), undefined])
    expect(signatures(FLASH)).toEqual([undefined, undefined])
  })

  test('the signature of a text is on the text, unless it is on a call', () => {
    const answer = { role: 'assistant', content: 't', provider_specific_fields: { thought_signatures: ['s'] } } as const
    expect(sent({ messages: [...HI, answer] }).body.contents[1]!.parts).toEqual([{ text: 't', thoughtSignature: 's' }])
    const calls = { ...answer, tool_calls: [call('a__thought__s')] }
    expect(sent({ messages: [...HI, calls] }).body.contents[1]!.parts[0]).toEqual({ text: 't' })
  })

  test('a result that answers nothing is refused with what to do', () => {
    expect(() => sent({ messages: [...HI, { role: 'tool', tool_call_id: 'x', content: '1' }] })).toThrow(
      /'x' answers no/,
    )
    const named = [...HI, { role: 'tool', tool_call_id: 'x', name: 'get', content: '1' }] as const
    expect(sent({ messages: named }).body.contents).toHaveLength(2)
  })

  test('images that the model made go back to it', () => {
    const answer = { role: 'assistant' as const, content: 'here', images: [image(PNG)] }
    expect(sent({ messages: [...HI, answer] }).body.contents[1]!.parts).toEqual([
      { text: 'here' },
      { inlineData: { mimeType: 'image/png', data: 'AA==' } },
    ])
  })

  test('contents are never empty', () => {
    expect(sent({ messages: [{ role: 'system', content: 'S' }] }).body.contents).toEqual([
      { role: 'user', parts: [{ text: ' ' }] },
    ])
    expect(sent({ messages: [{ role: 'user', content: [image(PNG)] }] }).body.contents[0]!.parts).toHaveLength(2)
  })
})

describe('media', () => {
  const part = (found: unknown, known?: Partial<TranslationContext>) =>
    sent({ messages: [{ role: 'user', content: [found] }] as ChatRequest['messages'] }, known).body.contents[0]!
      .parts[0]

  test('bytes go inline, addresses as addresses', () => {
    expect(part(image('data:image/jpg;base64,AA=='))).toEqual({ inlineData: { mimeType: 'image/jpeg', data: 'AA==' } })
    expect(part(image('gs://b/i.png'))).toEqual({ fileData: { mimeType: 'image/png', fileUri: 'gs://b/i.png' } })
    expect(part(image('https://a.test/i?x=1'))).toMatchObject({ fileData: { mimeType: 'image/jpeg' } })
    expect(part({ type: 'file', file: { file_data: 'data:application/pdf;base64,AA==' } })).toMatchObject({
      inlineData: { mimeType: 'application/pdf' },
    })
    const uploaded = 'https://generativelanguage.googleapis.com/v1beta/files/x'
    expect(part({ type: 'file', file: { file_id: uploaded } })).toEqual({ fileData: { fileUri: uploaded } })
    expect(part({ type: 'input_audio', input_audio: { data: 'AA==', format: 'wav' } })).toEqual({
      inlineData: { mimeType: 'audio/wav', data: 'AA==' },
    })
  })

  test('what Google cannot fetch or name is refused', () => {
    expect(() => part(image('x'))).toThrow('Send a data URL, a gs:// or an https address.')
    expect(() => part({ type: 'file', file: { file_id: 'https://a.test/x' } })).toThrow('file.format')
    expect(() => part({ type: 'video' })).toThrow('video')
  })

  test('how closely images are looked at is said of each or of all', () => {
    const low = { type: 'image_url', image_url: { url: PNG, detail: 'low' } }
    expect(part(low, GEMINI_3)).toMatchObject({ mediaResolution: { level: 'MEDIA_RESOLUTION_LOW' } })
    const { body } = sent({ messages: [{ role: 'user', content: [low, image(PNG)] }] as ChatRequest['messages'] })
    expect(body.generationConfig).toEqual({ mediaResolution: 'MEDIA_RESOLUTION_LOW' })
  })
})

describe('tools', () => {
  const parameters = (schema: Json) => {
    const tools = [{ type: 'function' as const, function: { name: 'f', parameters: schema } }]
    const [tool] = sent({ tools }).body.tools as { functionDeclarations: Json[] }[]
    return tool!.functionDeclarations[0]!.parameters
  }

  test.each([
    [{ type: ['string', 'null'] }, { type: 'string', nullable: true }],
    [
      { anyOf: [{ type: 'integer' }, { type: 'null' }], title: 't' },
      { type: 'integer', nullable: true, title: 't' },
    ],
    [{ oneOf: [{ type: 'integer' }, { type: 'string' }] }, { anyOf: [{ type: 'integer' }, { type: 'string' }] }],
    [{ type: ['string', 'integer'] }, { anyOf: [{ type: 'string' }, { type: 'integer' }] }],
    [
      { allOf: [{ type: 'object' }, { properties: { a: { type: 'string' } } }] },
      { type: 'object', properties: { a: { type: 'string' } } },
    ],
    [{ type: 'array' }, { type: 'array', items: { type: 'object' } }],
    [
      { type: 'array', items: { const: 'a' } },
      { type: 'array', items: { type: 'string', enum: ['a'] } },
    ],
    [{ type: 'integer', enum: [1, 2] }, { type: 'integer' }],
    [
      { type: 'string', enum: ['', 'a'], format: 'uuid' },
      { type: 'string', enum: ['a'] },
    ],
    [
      { $ref: '#/$defs/n', $defs: { n: { type: 'object', properties: { next: { $ref: '#/$defs/n' } } } } },
      { type: 'object', properties: { next: { type: 'object' } } },
    ],
    [
      { properties: { a: { exclusiveMinimum: 0, type: 'number' } }, $schema: 'x', additionalProperties: false },
      { type: 'object', properties: { a: { type: 'number' } } },
    ],
  ])('the schema %j is sent as %j', (schema, expected) => {
    expect(parameters(schema)).toEqual(expected)
  })

  test('names that Google refuses are changed, and changed back', () => {
    const asked = {
      messages: HI,
      tools: ['1/a', '_1_a'].map((name) => ({ type: 'function' as const, function: { name } })),
    }
    const [tool] = sent(asked).body.tools as { functionDeclarations: Json[] }[]
    expect(tool!.functionDeclarations.map(({ name }) => name)).toEqual(['_1_a_2', '_1_a'])
    const parts = [{ functionCall: { name: '_1_a_2', args: {} } }]
    const answer = api.answer({ candidates: [{ content: { parts } }] }, asked, testContext(FLASH))
    expect(answer.choices[0]!.message.tool_calls![0]!.function.name).toBe('1/a')
  })

  test("Google's own tools pass, and searching gives way to functions", () => {
    const own = sent({ tools: [{ googleSearch: {} }, { type: 'code_execution' }] as never })
    expect(own.body.tools).toEqual([{ googleSearch: {} }, { codeExecution: {} }])
    const mixed = sent({ tools: [FUNCTION], web_search_options: {} })
    expect(mixed.body.tools).toHaveLength(1)
    expect(mixed.lost).toEqual(['web_search_options'])
    expect(sent({ tools: [{ type: 'mcp' }] as never }).lost).toEqual(['tools'])
  })

  test('a named function is the only one allowed', () => {
    const named = { type: 'function' as const, function: { name: 'f' } }
    expect(sent({ tools: [FUNCTION], tool_choice: named }).body.toolConfig).toEqual({
      functionCallingConfig: { mode: 'ANY', allowedFunctionNames: ['f'] },
    })
    expect(sent({ tools: [FUNCTION], parallel_tool_calls: false }).lost).toEqual(['parallel_tool_calls'])
  })
})

describe('thinking', () => {
  const config = (chat: Json, known?: Partial<TranslationContext>) =>
    sent(chat, known).body.generationConfig?.thinkingConfig

  test('is a budget below max_tokens before Gemini 3, a level since', () => {
    expect(config({ reasoning_effort: 'high', max_tokens: 100 })).toEqual({
      thinkingBudget: 100,
      includeThoughts: true,
    })
    expect(config({ reasoning_effort: 'high' }, GEMINI_3)).toEqual({ thinkingLevel: 'high', includeThoughts: true })
    expect(config({ reasoning_effort: 'none' }, GEMINI_3)).toEqual({ thinkingLevel: 'low', includeThoughts: false })
    expect(config({ reasoning_effort: 'minimal' }, { ...FLASH, model: 'gemini-3-flash-preview' })).toMatchObject({
      thinkingLevel: 'minimal',
    })
    expect(config({ thinking: { type: 'enabled', budget_tokens: 500 } })).toEqual({
      includeThoughts: true,
      thinkingBudget: 500,
    })
    expect(config({ thinking: { type: 'disabled' } })).toEqual({ includeThoughts: false, thinkingBudget: 0 })
  })

  test('of a model that cannot stop it is as little as can be, and the loss is named', () => {
    const pro = sent({ reasoning_effort: 'none' }, { ...FLASH, model: 'gemini-2.5-pro' })
    expect(pro.body.generationConfig!.thinkingConfig).toEqual({ thinkingBudget: 128, includeThoughts: false })
    expect(pro.lost).toEqual(['reasoning_effort'])
  })

  test('of a model that does not think is lost by name', () => {
    const old = { ...FLASH, model: 'gemini-2.0-flash', facts: {} }
    expect(sent({ reasoning_effort: 'low' }, old).lost).toEqual(['reasoning_effort'])
    expect(sent({ reasoning_effort: 'none' }, old).lost).toEqual([])
    expect(() => sent({ reasoning_effort: 'ultra' })).toThrow("'ultra' is unknown")
  })
})

describe('parameters', () => {
  test('go into generationConfig under Google names', () => {
    const { body, lost } = sent({
      ...{ temperature: 0, top_p: 0.9, top_k: 3, n: 2, stop: 'X', max_completion_tokens: 5, max_tokens: 9, seed: 7 },
      ...{
        presence_penalty: 0.1,
        frequency_penalty: 0.2,
        logprobs: true,
        top_logprobs: 2,
        modalities: ['text', 'image'],
      },
    })
    expect(body.generationConfig).toEqual({
      ...{ temperature: 0, topP: 0.9, topK: 3, candidateCount: 2, stopSequences: ['X'], maxOutputTokens: 5, seed: 7 },
      ...{ presencePenalty: 0.1, frequencyPenalty: 0.2, responseLogprobs: true, logprobs: 2 },
      responseModalities: ['TEXT', 'IMAGE'],
    })
    expect(lost).toEqual([])
  })

  test('of Gemini 3 are a temperature of 1, and no penalties', () => {
    const { body, lost } = sent({ presence_penalty: 0.1 }, GEMINI_3)
    expect(body.generationConfig).toEqual({ temperature: 1 })
    expect(lost).toEqual(['presence_penalty'])
  })

  test('of the form of the answer are a JSON Schema, or part of OpenAPI on the oldest models', () => {
    const response_format = {
      type: 'json_schema' as const,
      json_schema: { schema: { type: 'object', properties: {}, additionalProperties: false } },
    }
    expect(sent({ response_format: { type: 'json_object' } }).body.generationConfig).toEqual({
      responseMimeType: 'application/json',
    })
    expect(sent({ response_format }, { ...FLASH, model: 'gemini-1.5-pro' }).body.generationConfig).toEqual({
      responseMimeType: 'application/json',
      responseSchema: { type: 'object', properties: {} },
    })
  })

  test('that Google does not know are lost by name', () => {
    expect(sent({ user: 'u', logit_bias: { 1: 1 }, service_tier: 'scale', made_up: 1 }).lost).toEqual([
      'logit_bias',
      'made_up',
      'service_tier',
      'user',
    ])
    expect(sent({ service_tier: 'flex' }).body.serviceTier).toBe('flex')
  })

  test('a voice is asked for by its name', () => {
    expect(sent({ audio: { voice: 'Kore', format: 'pcm16' } }).body.generationConfig).toEqual({
      responseModalities: ['AUDIO'],
      speechConfig: { voiceConfig: { prebuiltVoiceConfig: { voiceName: 'Kore' } } },
    })
  })
})

test('Vertex AI has the publisher in its path, and labels', () => {
  const { path, query, body } = sent({ stream: true, labels: { a: 'b' } }, { ...FLASH, provider: 'vertex_ai' })
  expect([path, query]).toEqual(['/publishers/google/models/{model}:streamGenerateContent', 'alt=sse'])
  expect(body.labels).toEqual({ a: 'b' })
  expect(sent({ labels: { a: 'b' } }).lost).toEqual(['labels'])
})

function call(id: string, name = 'get', json = '{"x":1}') {
  return { id, type: 'function' as const, function: { name, arguments: json } }
}

function image(url: string) {
  return { type: 'image_url' as const, image_url: { url } }
}
