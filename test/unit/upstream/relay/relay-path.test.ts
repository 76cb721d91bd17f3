import { expect, test } from '@jest/globals'
import { relayPathProblem, relayQuery } from '../../../../src/upstream/relay/relay-path.ts'

test.each([
  'http://evil.example/v1/files',
  '//evil.example/v1/files',
  '/openai//evil.example',
  '/openai/../admin',
  '/openai/%2e%2e/admin',
  '/openai/.%2E/admin',
  '/openai/..;a=b/admin',
  '/openai/./v1',
  '/openai/v1%2f..%2fadmin',
  '/openai/v1%5c..',
  '/openai\\..\\x',
  '/openai/%252e%252e/x',
  '/@evil.example/v1',
  '/openai/user:pw@evil.example',
  '/openai/%40evil.example',
  '/vertex-ai/models/x@1/../../secret@2',
  '/openai/v1/a%00b',
  '/openai/v1/a%0d%0ahost:evil',
  '/openai/v1 x',
  '/openai/v1#x',
  '/openai/v1/é',
  `/${'a'.repeat(9_000)}`,
  '',
])('%s is refused', (target) => {
  expect(relayPathProblem(target)).toEqual(expect.any(String))
})

test.each([
  '/openai/v1/chat/completions',
  '/v1/files/file-abc123/content?limit=10&after=file-x',
  '/gemini/v1beta/models/gemini-2.5-pro:generateContent?alt=sse',
  '/vertex-ai/v1/projects/p/locations/us/publishers/anthropic/models/claude-sonnet-4@20250514:rawPredict',
  '/bedrock/model/anthropic.claude-3-5-sonnet-20240620-v1:0/converse',
  '/openai/v1/files?name=a%2Fb%40c',
  '/v1/files/...',
])('%s may pass', (target) => {
  expect(relayPathProblem(target)).toBeUndefined()
})

test("a query loses the client's credentials and nothing else", () => {
  expect(relayQuery('/x?alt=sse&key=sk-1&API_KEY=2&a=%20b&access_token=3')).toBe('?alt=sse&a=%20b')
  expect(relayQuery('/x?%6Bey=sk-1')).toBe('')
  expect(relayQuery('/x')).toBe('')
  expect(relayQuery('/x?monkey=1')).toBe('?monkey=1')
})
