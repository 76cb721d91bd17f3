import { describe, expect, test } from '@jest/globals'
import type { ChatRequest } from '../../../src/translation/chat.ts'
import { geminiGenerateApi as api } from '../../../src/translation/providers/gemini/gemini.ts'
import type { Json } from '../../../src/types.ts'
import { piecesOf, saidIn, testContext } from '../../support/translation.ts'

const ASKED: ChatRequest = { messages: [{ role: 'user', content: 'hi' }] }
const USAGE = { promptTokenCount: 10, candidatesTokenCount: 20, thoughtsTokenCount: 5, totalTokenCount: 35 }

function answerOf(parts: readonly Json[], candidate: Json = {}, rest: Json = {}) {
  const candidates = [{ content: { role: 'model', parts }, finishReason: 'STOP', ...candidate }]
  return api.answer({ candidates, usageMetadata: USAGE, ...rest }, ASKED, testContext())
}

const choiceOf = (parts: readonly Json[], candidate?: Json) => answerOf(parts, candidate).choices[0]!
const CALL = { functionCall: { name: 'get', args: { a: 1 } } }

describe('an answer', () => {
  test.each([
    ['STOP', 'stop'],
    ['MALFORMED_FUNCTION_CALL', 'stop'],
    ['MAX_TOKENS', 'length'],
    ['SAFETY', 'content_filter'],
    ['RECITATION', 'content_filter'],
    ['LANGUAGE', 'content_filter'],
    ['PROHIBITED_CONTENT', 'content_filter'],
    ['SPII', 'content_filter'],
    ['IMAGE_SAFETY', 'content_filter'],
    ['OTHER', 'content_filter'],
  ])('that ended by %s keeps its text and usage, and has the finish reason %s', (finishReason, reason) => {
    const answer = answerOf([{ text: 't' }], { finishReason })
    expect(answer.choices[0]).toMatchObject({
      finish_reason: reason,
      message: { content: 't' },
      provider_specific_fields: { native_finish_reason: finishReason },
    })
    expect(answer.usage).toMatchObject({
      completion_tokens: 25,
      total_tokens: 35,
      completion_tokens_details: { reasoning_tokens: 5, text_tokens: 20 },
    })
  })

  test('with calls has ids of its own that carry the signatures, or those of Gemini 3', () => {
    const { message, finish_reason } = choiceOf([
      { ...CALL, thoughtSignature: 'c2ln' },
      { functionCall: { id: 'g1', name: 'none' } },
    ])
    expect(finish_reason).toBe('tool_calls')
    expect(message.tool_calls).toEqual([
      {
        index: 0,
        id: 'call_1__thought__c2ln',
        type: 'function',
        function: { name: 'get', arguments: '{"a":1}' },
        provider_specific_fields: { thought_signature: 'c2ln' },
      },
      { index: 1, id: 'g1', type: 'function', function: { name: 'none', arguments: '{}' } },
    ])
    expect(message.provider_specific_fields).toEqual({ thought_signatures: ['c2ln'] })
    expect(choiceOf([CALL], { finishReason: 'SAFETY' }).finish_reason).toBe('content_filter')
  })

  test('of a blocked prompt is empty, and filtered', () => {
    const body = { promptFeedback: { blockReason: 'PROHIBITED_CONTENT' }, usageMetadata: { promptTokenCount: 4 } }
    const answer = api.answer(body, ASKED, testContext())
    expect(answer.choices).toMatchObject([
      {
        finish_reason: 'content_filter',
        message: { role: 'assistant', content: null },
        provider_specific_fields: { native_finish_reason: 'PROHIBITED_CONTENT' },
      },
    ])
    expect(answer.usage).toMatchObject({ prompt_tokens: 4, total_tokens: 4 })
  })

  test('of several candidates has as many choices', () => {
    const candidates = ['a', 'b'].map((text) => ({ content: { parts: [{ text }] }, finishReason: 'STOP' }))
    const { choices } = api.answer({ candidates }, ASKED, testContext())
    expect(choices.map(({ index, message }) => [index, message.content])).toEqual([
      [0, 'a'],
      [1, 'b'],
    ])
  })

  test('with images, a voice and code keeps them', () => {
    const { message } = choiceOf([
      { inlineData: { mimeType: 'image/png', data: 'AA==' } },
      { inlineData: { mimeType: 'audio/pcm', data: 'BB==' } },
      { executableCode: { code: '1' } },
    ])
    expect(message).toMatchObject({
      content: null,
      images: [{ image_url: { url: 'data:image/png;base64,AA==' } }],
      audio: { data: 'BB==' },
      provider_specific_fields: { code_parts: [{ executableCode: { code: '1' } }] },
    })
  })

  test('says where it found what it says', () => {
    const groundingMetadata = {
      groundingChunks: [{ web: { uri: 'https://a.test', title: 'A' } }],
      groundingSupports: [{ segment: { endIndex: 4 }, groundingChunkIndices: [0, 7] }],
    }
    const answer = answerOf([{ text: 'here' }], { groundingMetadata })
    expect(answer.choices[0]!.message.annotations).toEqual([
      { type: 'url_citation', url_citation: { url: 'https://a.test', title: 'A', start_index: 0, end_index: 4 } },
    ])
    expect(answer.vertex_ai_grounding_metadata).toEqual([groundingMetadata])
  })

  test('with logprobs has them in the words of OpenAI', () => {
    const logprobsResult = {
      chosenCandidates: [{ token: 'a', logProbability: -1 }],
      topCandidates: [{ candidates: [{ token: 'b', logProbability: -2 }] }],
    }
    expect(choiceOf([{ text: 'a' }], { logprobsResult }).logprobs).toEqual({
      content: [{ token: 'a', logprob: -1, bytes: null, top_logprobs: [{ token: 'b', logprob: -2, bytes: null }] }],
    })
  })
})

describe('a stream', () => {
  const documents = (...parts: readonly Json[][]) =>
    parts.map((found, n) => ({
      candidates: [{ content: { parts: found }, ...(n === parts.length - 1 ? { finishReason: 'STOP' } : {}) }],
      usageMetadata: { ...USAGE, candidatesTokenCount: n },
      responseId: 'rid',
    }))

  test('counts calls over all its documents, and the last usage is that of the answer', () => {
    const pieces = piecesOf(api, documents([CALL], [CALL, CALL], [{ text: 'x' }]), ASKED, testContext())
    const { message, finishReason, usage } = saidIn(pieces)
    expect(message.tool_calls!.map(({ index, id }) => [index, id])).toEqual([
      [0, 'call_1'],
      [1, 'call_2'],
      [2, 'call_3'],
    ])
    expect([finishReason, (usage as Json).completion_tokens]).toEqual(['tool_calls', 7])
  })

  test('of a blocked prompt ends filtered', () => {
    const blocked = [{ promptFeedback: { blockReason: 'SAFETY' }, usageMetadata: { promptTokenCount: 4 } }]
    const { finishReason, error, usage } = saidIn(piecesOf(api, blocked, ASKED, testContext()))
    expect([finishReason, error, (usage as Json).prompt_tokens]).toEqual(['content_filter', undefined, 4])
  })

  test('that is filtered late keeps what it said', () => {
    const [first] = documents([{ text: 'so far' }], [])
    const last = { candidates: [{ finishReason: 'RECITATION' }], usageMetadata: USAGE }
    const { message, finishReason } = saidIn(piecesOf(api, [first!, last], ASKED, testContext()))
    expect([message.content, finishReason]).toEqual(['so far', 'content_filter'])
  })

  test('of several candidates ends each of them', () => {
    const both = {
      candidates: [0, 1].map((index) => ({
        index,
        content: { parts: [{ text: String(index) }] },
        finishReason: 'STOP',
      })),
    }
    const pieces = piecesOf(api, [both], ASKED, testContext()) as readonly Json[]
    const choices = pieces.flatMap((piece) => piece.choices as Json[])
    expect(choices.map(({ index, finish_reason }) => [index, finish_reason])).toEqual([
      [0, null],
      [0, 'stop'],
      [1, null],
      [1, 'stop'],
    ])
  })
})

test('an error names its reason, and in a stream its status', () => {
  const error = { code: 429, message: 'm', status: 'RESOURCE_EXHAUSTED', details: [{}, { reason: 'RATE_LIMIT' }] }
  expect(api.error(403, { error })).toEqual({
    status: 403,
    message: 'm',
    type: 'RESOURCE_EXHAUSTED',
    code: 'RATE_LIMIT',
  })
  expect(piecesOf(api, [{ error }], ASKED, testContext())).toMatchObject([{ error: { status: 429 } }])
})
