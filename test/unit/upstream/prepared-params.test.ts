import { describe, expect, test } from '@jest/globals'
import type { Json } from '../../../src/types.ts'
import { preparedParams } from '../../../src/upstream/prepared-params.ts'
import { deployment } from '../models/routing/make.ts'

const DEFAULTS = { max_tokens: 100, temperature: 0, stop: 'END', thinking: { type: 'enabled' } }

const prepare = (shape: string, json: Json, more: object = {}) =>
  preparedParams({ shape, json }, { ...deployment('a'), defaults: DEFAULTS, ...more })

describe("a deployment's parameters", () => {
  test.each<[string, Json]>([
    ['openai-chat', DEFAULTS],
    ['openai-responses', { max_output_tokens: 100, temperature: 0 }],
    ['anthropic-messages', { max_tokens: 100, temperature: 0, stop_sequences: ['END'], thinking: { type: 'enabled' } }],
    ['gemini-generate', { generationConfig: { maxOutputTokens: 100, temperature: 0, stopSequences: ['END'] } }],
    ['bedrock-converse', { inferenceConfig: { maxTokens: 100, temperature: 0, stopSequences: ['END'] } }],
    ['ollama-chat', { options: { num_predict: 100, temperature: 0, stop: 'END' } }],
    ['openai-embeddings', {}],
    ['bedrock-invoke', {}],
  ])('have in %s the names that are used there', (shape, expected) => {
    expect(prepare(shape, { x: 1 })).toEqual({ x: 1, ...expected })
  })

  test('are those that the request says nothing about', () => {
    expect(prepare('openai-chat', { temperature: 1 })).toMatchObject({ temperature: 1, max_tokens: 100 })
    const config = { maxOutputTokens: 7, responseMimeType: 'x' }
    expect(prepare('gemini-generate', { generationConfig: config })).toEqual({
      generationConfig: { ...config, temperature: 0, stopSequences: ['END'] },
    })
  })

  test('do not set a limit twice under its two names', () => {
    expect(prepare('openai-chat', { max_completion_tokens: 5 })).not.toHaveProperty('max_tokens')
  })

  test('leave a body that has them all as it is', () => {
    const json = { inferenceConfig: { maxTokens: 1, temperature: 1, stopSequences: [] } }
    expect(prepare('bedrock-converse', json)).toBe(json)
    expect(preparedParams({ shape: 'openai-chat', json }, deployment('a'))).toBe(json)
  })
})

test('what a deployment is never sent is taken out, also of its own parameters', () => {
  expect(prepare('openai-chat', { user: 'u', seed: 1 }, { dropped: ['user', 'stop', 'thinking'] })).toEqual({
    seed: 1,
    max_tokens: 100,
    temperature: 0,
  })
})
