import { expect, test } from '@jest/globals'
import { PROVIDERS, speaks } from '../../../../src/models/providers/providers.ts'
import { builtinReaders } from '../../../../src/usage/shapes/readers.ts'

test.each([
  ['openai', 'openai-chat', true],
  ['openai', 'openai-responses', true],
  ['openai', 'anthropic-messages', false],
  ['anthropic', 'anthropic-messages', true],
  ['anthropic', 'openai-chat', true],
  ['anthropic', 'openai-responses', false],
  ['gemini', 'gemini-generate', true],
  ['gemini', 'openai-moderations', false],
  ['groq', 'gemini-generate', false],
  ['ollama', 'ollama-chat', true],
  ['jina_ai', 'rerank', true],
  ['hosted_vllm', 'anthropic-messages', true],
  ['openai', 'a-shape-of-the-host', true],
])('%s, %s: %s', (provider, shape, expected) => expect(speaks(provider, shape)).toBe(expected))

test('every known provider speaks at least one of the shapes', () => {
  const mute = Object.keys(PROVIDERS).filter((name) => !builtinReaders.some(({ shape }) => speaks(name, shape)))
  expect(mute).toEqual([])
})
