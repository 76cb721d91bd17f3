import { describe, expect, test } from '@jest/globals'
import { outputAsked } from '../../../../src/usage/tokens/output-asked.ts'
import { guessedTokens } from '../../../../src/usage/tokens/tokenizer.ts'

describe('the limit that a request states', () => {
  test.each([
    [{}, 0],
    [{ max_tokens: 10 }, 10],
    [{ max_tokens: 10, max_completion_tokens: 20 }, 20],
    [{ generationConfig: { maxOutputTokens: '30' } }, 30],
    [{ generation_config: { max_output_tokens: 30 } }, 30],
    [{ inferenceConfig: { maxTokens: 40 } }, 40],
    [{ textGenerationConfig: { maxTokenCount: 50 } }, 50],
    [{ options: { num_predict: 60 } }, 60],
    [{ options: { num_predict: -1 } }, 0],
    [{ parameters: { maxNewTokens: 70 } }, 70],
    [{ extra_body: { max_tokens: 80 }, max_tokens: 8 }, 80],
    [{ max_tokens: 'many' }, 0],
    [{ max_tokens: null }, 0],
    [{ messages: [{ max_tokens: 90 }] }, 0],
  ])('of %j is %i', (request, limit) => expect(outputAsked(request).limit).toBe(limit))

  test.each([
    ['openai-chat', { max_tokens: 10 }, true],
    ['openai-chat', { max_output_tokens: 10 }, false],
    ['openai-chat', { max_tokens: 0 }, false],
    ['openai-chat', { max_tokens: 1.5 }, false],
    ['gemini-generate', { generationConfig: { maxOutputTokens: 10 } }, true],
    ['gemini-generate', { max_tokens: 10 }, false],
    ['a-shape-of-the-host', { max_tokens: 10 }, true],
    [undefined, { max_tokens: 10 }, true],
    [undefined, {}, false],
  ])('in %s bounds the output by %j: %s', (shape, request, isLimited) => {
    expect(outputAsked(request, shape).isLimited).toBe(isLimited)
  })
})

test.each([
  [{}, 1],
  [{ n: 3, best_of: 2 }, 3],
  [{ num_generations: 4 }, 4],
  [{ generationConfig: { candidateCount: 5 } }, 5],
  [{ prompt: ['a', 'b'] }, 2],
  [{ prompt: ['a', 'b'], n: 3 }, 6],
  [{ prompt: [[1], [2], [3]] }, 3],
  [{ prompt: [1, 2, 3] }, 1],
  [{ n: 0 }, 1],
])('%j asks for %i answers', (request, answers) => expect(outputAsked(request).answers).toBe(answers))

test('only text completions answer each of several prompts', () => {
  expect(outputAsked({ prompt: ['a', 'b'] }, 'openai-images').answers).toBe(1)
})

test('a token is guessed to be four bytes, and a part of one is one', () => {
  expect([0, 1, 4, 5].map(guessedTokens)).toEqual([0, 1, 1, 2])
})
