import { GoogleGenAI } from '@google/genai'
import { afterEach, describe, expect, test } from '@jest/globals'
import type { ChatDelta } from '../../../src/translation/chat.ts'
import { generateApi } from '../../../src/translation/clients/generate/generate.ts'
import type { StreamPiece } from '../../../src/translation/translation.ts'
import type { Json } from '../../../src/types.ts'
import {
  chunk,
  documentsOf,
  errorPiece,
  fetchOf,
  framesOf,
  TALKATIVE,
  testContext,
  usageChunk,
} from '../../support/translate.ts'

const realFetch = globalThis.fetch
afterEach(() => {
  globalThis.fetch = realFetch
})

function requestOf(body: Json, known = {}) {
  const context = testContext(known)
  return { chat: generateApi.request({ contents: 'hi', ...body }, context), lost: context.lost }
}

const sseOf = (pieces: readonly StreamPiece[]) => framesOf(generateApi, pieces, {}, testContext({ framing: 'sse' }))

/** What the SDK gives of a stream. */
async function received(sse: string) {
  // The SDK takes no fetch of its own.
  globalThis.fetch = fetchOf(sse)
  const client = new GoogleGenAI({ apiKey: 'k' })
  const stream = await client.models.generateContentStream({ model: 'm', contents: 'hi' })
  const answers = []
  for await (const answer of stream) answers.push(answer)
  const parts = answers.flatMap(({ candidates }) => candidates?.[0]?.content?.parts ?? [])
  return {
    text: parts.map(({ text, thought }) => (thought ? '' : (text ?? ''))).join(''),
    calls: answers.flatMap(({ functionCalls }) => functionCalls ?? []),
    thoughts: parts.filter(({ thought }) => thought),
    last: answers.at(-1)!,
  }
}

describe('a request', () => {
  test('matches results with their calls by id, and by name where there is none', () => {
    const { chat } = requestOf({
      systemInstruction: { parts: [{ text: 'S' }] },
      contents: [
        { role: 'user', parts: [{ text: 'hi' }, { inlineData: { mimeType: 'image/png', data: 'AA' } }] },
        {
          role: 'model',
          parts: [
            { text: 'hm', thought: true, thoughtSignature: 'sig' },
            { text: 'ok' },
            { functionCall: { name: 'f', args: { a: 1 } } },
            { functionCall: { name: 'f', args: {} } },
            { functionCall: { id: 'own', name: 'g' } },
          ],
        },
        {
          role: 'user',
          parts: [
            { functionResponse: { id: 'own', name: 'g', response: { result: 'G' } } },
            { functionResponse: { name: 'f', response: { result: '1' } } },
            { function_response: { name: 'f', response: { result: '2' } } },
            { text: 'next' },
          ],
        },
      ],
    })
    expect(chat.messages).toMatchObject([
      { role: 'system', content: 'S' },
      {
        role: 'user',
        content: [{ type: 'text' }, { type: 'image_url', image_url: { url: 'data:image/png;base64,AA' } }],
      },
      {
        role: 'assistant',
        content: 'ok',
        reasoning_content: 'hm',
        thinking_blocks: [{ type: 'thinking', thinking: 'hm', signature: 'sig' }],
        tool_calls: [
          { id: 'call_0', function: { name: 'f', arguments: '{"a":1}' } },
          { id: 'call_1', function: { name: 'f', arguments: '{}' } },
          { id: 'own', function: { name: 'g', arguments: '{}' } },
        ],
      },
      { role: 'tool', tool_call_id: 'own', content: '{"result":"G"}' },
      { role: 'tool', tool_call_id: 'call_0', content: '{"result":"1"}' },
      { role: 'tool', tool_call_id: 'call_1', content: '{"result":"2"}' },
      { role: 'user', content: 'next' },
    ])
  })

  test('reads both spellings of Google, and its schemas', () => {
    const schema = {
      type: 'OBJECT',
      properties: {
        type: { type: 'STRING', nullable: true },
        list: { type: 'ARRAY', items: { type: 'INTEGER' }, minItems: '1' },
      },
      propertyOrdering: ['type'],
    }
    const { chat, lost } = requestOf({
      system_instruction: 'S',
      generation_config: {
        top_k: 3,
        max_output_tokens: 5,
        stopSequences: ['Z'],
        responseMimeType: 'application/json',
        responseSchema: schema,
        thinkingConfig: { thinkingBudget: 2048 },
        speechConfig: {},
      },
      tools: [{ function_declarations: [{ name: 'f', parameters: schema }] }, { codeExecution: {} }],
      tool_config: { function_calling_config: { mode: 'ANY', allowed_function_names: ['f'] } },
      safetySettings: [],
    })
    const plain = {
      type: 'object',
      properties: {
        type: { type: ['string', 'null'] },
        list: { type: 'array', items: { type: 'integer' }, minItems: 1 },
      },
    }
    expect(chat).toEqual({
      messages: [
        { role: 'system', content: 'S' },
        { role: 'user', content: 'hi' },
      ],
      top_k: 3,
      max_tokens: 5,
      stop: ['Z'],
      reasoning_effort: 'medium',
      response_format: { type: 'json_schema', json_schema: { name: 'response', schema: plain } },
      tools: [{ type: 'function', function: { name: 'f', parameters: plain } }],
      tool_choice: { type: 'function', function: { name: 'f' } },
    })
    expect(lost.sort()).toEqual(['codeExecution', 'safetySettings', 'speechConfig'])
  })

  test('takes files, audio, and names what it cannot take', () => {
    const { chat, lost } = requestOf({
      contents: {
        parts: [
          { inlineData: { mimeType: 'audio/mpeg', data: 'AA' } },
          { inlineData: { mimeType: 'application/pdf', data: 'AA' } },
          { fileData: { mimeType: 'image/png', fileUri: 'https://x/a.png' } },
          { executableCode: { code: 'x' } },
        ],
      },
    })
    expect(chat.messages[0]!.content).toEqual([
      { type: 'input_audio', input_audio: { data: 'AA', format: 'mp3' } },
      { type: 'file', file: { file_data: 'data:application/pdf;base64,AA' } },
      { type: 'image_url', image_url: { url: 'https://x/a.png', format: 'image/png' } },
    ])
    expect(lost).toEqual(['executableCode'])
  })

  test.each([
    [{ cachedContent: 'c' }, 'cachedContent'],
    [{ contents: undefined }, 'contents'],
    [{ contents: [{ role: 'user', parts: [{ functionResponse: { name: 'f' } }] }] }, 'contents'],
  ])('refuses %j and names %s', (body, param) => {
    expect(() => requestOf(body)).toThrow(expect.objectContaining({ code: 'bad_request', param }))
  })
})

test('an answer has thoughts with their signature, and counts them apart', () => {
  const message = {
    role: 'assistant' as const,
    content: 'a',
    thinking_blocks: [{ type: 'thinking' as const, thinking: 'hm', signature: 'sig' }],
  }
  const usage = {
    prompt_tokens: 10,
    completion_tokens: 20,
    total_tokens: 30,
    prompt_tokens_details: { cached_tokens: 4 },
    completion_tokens_details: { reasoning_tokens: 5 },
  }
  const choices = [{ index: 0, finish_reason: 'length' as const, message }]
  const answer = { id: 'x', object: 'chat.completion' as const, created: 1, model: 'q', choices, usage }
  expect(generateApi.answer(answer, {}, testContext())).toMatchObject({
    candidates: [
      {
        content: { parts: [{ text: 'hm', thought: true, thoughtSignature: 'sig' }, { text: 'a' }] },
        finishReason: 'MAX_TOKENS',
      },
    ],
    usageMetadata: {
      promptTokenCount: 10,
      candidatesTokenCount: 15,
      thoughtsTokenCount: 5,
      cachedContentTokenCount: 4,
      totalTokenCount: 30,
    },
    modelVersion: 'the-model',
  })
})

describe('a stream', () => {
  test('is what the SDK receives', async () => {
    const { text, calls, thoughts, last } = await received(sseOf(TALKATIVE))
    expect(text).toBe('Hello')
    expect(calls).toEqual([
      { id: 'call_1', name: 'weather', args: { city: 'Rome' } },
      { id: 'call_2', name: 'noargs', args: {} },
    ])
    expect(thoughts).toMatchObject([{ text: 'hm' }, { thoughtSignature: 'sig' }])
    expect(last.candidates?.[0]?.finishReason).toBe('STOP')
    expect(last.usageMetadata).toMatchObject({ promptTokenCount: 10, candidatesTokenCount: 20, totalTokenCount: 30 })
  })

  test('without alt=sse is one JSON array, however it ends', () => {
    const ends: readonly StreamPiece[][] = [
      [...TALKATIVE],
      [...TALKATIVE.slice(0, 4)],
      [TALKATIVE[3]!, errorPiece()],
      [errorPiece()],
      [],
    ]
    for (const pieces of ends) {
      const documents = JSON.parse(framesOf(generateApi, pieces, {}))
      expect(documents.length).toBeGreaterThan(0)
    }
    expect(JSON.parse(framesOf(generateApi, TALKATIVE, {}))).toEqual(documentsOf(sseOf(TALKATIVE)))
  })

  test('goes out piece by piece', () => {
    const stream = generateApi.stream({}, testContext({ framing: 'sse' }))
    const frames = TALKATIVE.map((piece) => stream.piece(piece))
    expect(frames[3]).toContain('"text":"Hel"')
    expect(frames.at(-1)).toContain('usageMetadata')
    expect(stream.end()).toBe('')
  })

  test('of several candidates keeps them apart', () => {
    const second = (delta: ChatDelta, finish: 'stop' | null = null) => {
      const piece = chunk(delta, finish)
      return { ...piece, choices: [{ ...piece.choices[0]!, index: 1 }] }
    }
    const pieces = [
      chunk({ content: 'a' }),
      second({ content: 'b' }),
      chunk({}, 'stop'),
      second({}, 'stop'),
      usageChunk(),
    ]
    const documents: any[] = documentsOf(sseOf(pieces))
    expect(documents.map(({ candidates }) => candidates.map(({ index }: Json) => index))).toEqual([[0], [1], [0, 1]])
  })

  test.each(TALKATIVE.map((_, at) => at))('that is cut before piece %i is received to its end', async (at) => {
    const { last } = await received(sseOf(TALKATIVE.slice(0, at)))
    expect(last.candidates?.[0]?.finishReason).toBe('STOP')
  })

  test.each(TALKATIVE.map((_, at) => at))('that fails before piece %i makes the SDK throw the words', async (at) => {
    const sse = sseOf([...TALKATIVE.slice(0, at), errorPiece({ status: 503 }), ...TALKATIVE.slice(at)])
    expect(documentsOf(sse).at(-1)).toEqual({ error: { code: 503, message: 'engine died', status: 'UNAVAILABLE' } })
    await expect(received(sse)).rejects.toThrow(/engine died/)
  })
})

test.each([
  [400, 'INVALID_ARGUMENT'],
  [404, 'NOT_FOUND'],
  [429, 'RESOURCE_EXHAUSTED'],
  [418, 'INVALID_ARGUMENT'],
  [502, 'INTERNAL'],
  [503, 'UNAVAILABLE'],
])('an error of status %i is %s', (code, status) => {
  expect(generateApi.error({ status: code, message: 'boom' })).toEqual({ error: { code, message: 'boom', status } })
})
