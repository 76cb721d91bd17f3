import { describe, expect, test } from '@jest/globals'
import { isFetch } from '../../../../src/usage/background/polled-batch.ts'
import { countedModel } from '../../../../src/usage/shapes/gemini-generate.ts'
import { builtinReaders, routeFor, selectReader } from '../../../../src/usage/shapes/readers.ts'

const select = (path: string, method?: string) => selectReader(builtinReaders, path, method)

describe('paths and the shapes that serve them', () => {
  test.each([
    ['/v1/chat/completions', 'openai-chat', '/chat/completions'],
    ['/engines/gpt-4o/chat/completions', 'openai-chat', '/chat/completions', 'gpt-4o'],
    ['/openai/deployments/gpt%204/chat/completions?api-version=1', 'openai-chat', '/chat/completions', 'gpt 4'],
    ['/v1/completions', 'openai-completions', '/completions'],
    ['/openai/deployments/ada/embeddings', 'openai-embeddings', '/embeddings', 'ada'],
    ['/v1/responses', 'openai-responses', '/responses'],
    ['/v1/responses/compact', 'openai-responses-compact', '/responses/compact'],
    ['/v1/images/generations', 'openai-images', '/images/generations'],
    ['/v1/images/edits', 'openai-image-edits', '/images/edits'],
    ['/v1/images/variations', 'openai-image-variations', '/images/variations'],
    ['/v1/audio/speech', 'openai-speech', '/audio/speech'],
    ['/v1/audio/transcriptions', 'openai-transcriptions', '/audio/transcriptions'],
    ['/v1/audio/translations', 'openai-translations', '/audio/translations'],
    ['/v1/moderations', 'openai-moderations', '/moderations'],
    ['/v1/batches', 'openai-batches', '/batches'],
    ['/v1/videos', 'openai-videos', '/videos'],
    ['/anthropic/v1/messages?beta=true', 'anthropic-messages', '/messages'],
    [
      '/v1beta/models/gemini-2.5-flash:generateContent',
      'gemini-generate',
      '/models/{model}:generateContent',
      'gemini-2.5-flash',
    ],
    [
      '/v1/projects/p/locations/global/publishers/google/models/gemini-3-pro:streamGenerateContent?alt=sse',
      'gemini-generate',
      '/publishers/google/models/{model}:streamGenerateContent',
      'gemini-3-pro',
    ],
    [
      '/v1beta/models/gemini-embedding-001:embedContent',
      'gemini-embed',
      '/models/{model}:embedContent',
      'gemini-embedding-001',
    ],
    [
      '/v1/projects/p/locations/l/publishers/google/models/text-embedding-005:predict',
      'vertex-embed',
      '/publishers/google/models/{model}:predict',
      'text-embedding-005',
    ],
    [
      '/v1/projects/p/locations/l/publishers/anthropic/models/claude-sonnet-4-5@20250929:streamRawPredict',
      'vertex-anthropic',
      '/publishers/anthropic/models/{model}:streamRawPredict',
      'claude-sonnet-4-5@20250929',
    ],
    [
      '/model/anthropic.claude-v2%3A1/converse-stream',
      'bedrock-converse',
      '/model/{model}/converse-stream',
      'anthropic.claude-v2:1',
    ],
    [
      '/model/arn:aws:bedrock:us-east-1:1:inference-profile/x/converse',
      'bedrock-converse',
      '/model/{model}/converse',
      'arn:aws:bedrock:us-east-1:1:inference-profile/x',
    ],
    [
      '/model/meta.llama3/invoke-with-response-stream',
      'bedrock-invoke',
      '/model/{model}/invoke-with-response-stream',
      'meta.llama3',
    ],
    ['/cohere/v2/chat', 'cohere-chat', '/chat'],
    ['/v2/embed', 'cohere-embed', '/embed'],
    ['/v2/rerank', 'rerank', '/rerank'],
    ['/api/chat', 'ollama-chat', '/api/chat'],
    ['/api/generate', 'ollama-generate', '/api/generate'],
    ['/api/embed', 'ollama-embed', '/api/embed'],
    ['/v1/ocr', 'ocr', '/ocr'],
    ['/v1/realtime?model=gpt-realtime', 'openai-realtime', '/realtime'],
  ])('%s is %s', (path, shape, route, ...[model]) => {
    const reader = select(path)
    expect(reader?.shape).toBe(shape)
    expect(reader?.match(path)).toBe(route)
    expect(reader?.modelIn?.(path)).toBe(model)
  })

  test.each([
    '/v1/messages/count_tokens',
    '/v1/messages/batches',
    '/v1/threads/thread_1/messages',
    '/v1/responses/resp_1/cancel',
    '/v1/responses/input_tokens',
    '/v1/batches/batch_1/cancel',
    '/v1beta/models/gemini-2.5-flash:countTokens',
    '/model/anthropic.claude-v2/count-tokens',
    '/v1/models',
    '/v1/files',
    '/',
    '',
  ])('%s is never billed', (path) => {
    expect(select(path)).toBeUndefined()
  })

  test('fetching and deleting are never billed', () => {
    for (const method of ['GET', 'DELETE', 'HEAD', 'OPTIONS', 'PUT'])
      expect(select('/v1/responses', method)).toBeUndefined()
  })
})

describe('what only fetches', () => {
  test.each([
    ['GET', '/v1/responses/resp_1'],
    ['GET', '/openai/v1/chat/completions'],
    ['DELETE', '/v1/responses/resp_1'],
    ['GET', '/anthropic/v1/messages/batches/msgbatch_1'],
    ['POST', '/v1/responses/resp_1/cancel'],
    ['GET', '/v1/videos/video_1/content'],
  ])('%s %s', (method, path) => {
    expect(isFetch(method, path)).toBe(true)
  })

  test.each([
    ['POST', '/v1/responses'],
    ['GET', '/summary'],
    ['POST', '/v1/responses/compact'],
  ])('not %s %s', (method, path) => {
    expect(isFetch(method, path)).toBe(false)
  })
})

test('every shape has a name and a call type of its own meaning', () => {
  const shapes = builtinReaders.map(({ shape }) => shape)
  expect(new Set(shapes).size).toBe(shapes.length)
  for (const { callType } of builtinReaders) expect(callType).toMatch(/^_?a[a-z_]+$/)
})

test.each([
  ['/v1beta/models/team/gemini:8b:embedContent', '/models/{model}:embedContent'],
  ['/v1beta/models/team%2Fgemini%3A8b:batchEmbedContents', '/models/{model}:batchEmbedContents'],
  ['/models/team/gemini:8b:generateContent', '/models/{model}:generateContent'],
])('the model in %s holds a slash and a colon', (path, route) => {
  const reader = selectReader(builtinReaders, path, 'POST')
  expect([reader?.match(path), reader?.modelIn?.(path)]).toEqual([route, 'team/gemini:8b'])
})

test('a count of tokens is for a model that holds a slash and a colon, too', () => {
  expect(countedModel('/v1beta/models/team/gemini:8b:countTokens')).toBe('team/gemini:8b')
})

test('a route is filled with the deployment’s own model', () => {
  expect(routeFor('/models/{model}:generateContent', 'gemini/x')).toBe('/models/gemini%2Fx:generateContent')
  expect(routeFor('/chat/completions', 'm')).toBe('/chat/completions')
  expect(routeFor('/model/{model}/converse', "$&$'")).toBe("/model/%24%26%24'/converse")
})
