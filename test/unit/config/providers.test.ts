import { describe, expect, test } from '@jest/globals'
import { PROVIDERS, providerOf } from '../../../src/config/providers.ts'

describe('providerOf', () => {
  test.each([
    ['openai/gpt-4o', {}, 'openai', 'gpt-4o'],
    ['openai/*', {}, 'openai', '*'],
    ['openrouter/openai/gpt-4o', {}, 'openrouter', 'openai/gpt-4o'],
    ['together_ai/meta-llama/Llama-3', {}, 'together_ai', 'meta-llama/Llama-3'],
    ['ollama/qwen2.5:14b-instruct-q4_K_M', {}, 'ollama', 'qwen2.5:14b-instruct-q4_K_M'],
    ['gpt-4o', {}, 'openai', 'gpt-4o'],
    ['o3-mini', {}, 'openai', 'o3-mini'],
    ['text-embedding-3-small', {}, 'openai', 'text-embedding-3-small'],
    ['claude-sonnet-4-5', {}, 'anthropic', 'claude-sonnet-4-5'],
    ['Qwen/Qwen2.5-7B', { custom: 'openai' }, 'openai', 'Qwen/Qwen2.5-7B'],
    ['openai/gpt-4o', { custom: 'openai' }, 'openai', 'gpt-4o'],
    ['llama-3.3-70b', { apiBase: 'https://api.groq.com/openai/v1' }, 'groq', 'llama-3.3-70b'],
  ])('%s with %j is of %s, there named %s', (model, hints, name, own) => {
    expect(providerOf(model, hints)).toEqual({ name, model: own })
  })

  test.each([
    ['*', {}],
    ['Qwen/Qwen2.5-7B', { apiBase: 'http://host:8000' }],
    ['sagemaker/claude', {}],
    ['constructor/x', {}],
    ['gpt-4o', { custom: 'nobody' }],
  ])('%s with %j is of nobody', (model, hints) => expect(providerOf(model, hints)).toBeUndefined())
})

test('every address in the table is a URL without a trailing slash', () => {
  for (const { baseUrl } of Object.values(PROVIDERS)) {
    if (baseUrl !== undefined) expect(new URL(baseUrl).href.replace(/\/$/, '')).toBe(baseUrl)
  }
})
