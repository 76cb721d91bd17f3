import { describe, expect, test } from '@jest/globals'
import { embeddingsApiOf } from '../../../src/translation/embeddings/embeddings-translation.ts'
import type { Json } from '../../../src/types.ts'
import { builtinReaders, readerOfShape } from '../../../src/usage/shapes/readers.ts'
import { testContext } from '../../support/translation.ts'

const PNG = 'data:image/png;base64,AA=='
const TITAN = 'amazon.titan-embed-text-v2:0'

function sent(provider: string, asked: Json, model = 'the-model') {
  const context = testContext({ provider, model })
  const { path, body } = embeddingsApiOf(provider)!.request({ model: 'group', input: 'hi', ...asked }, context)
  return { path, body, lost: [...context.lost].sort() }
}

function answered(provider: string, body: Json, asked: Json = {}, model = 'the-model') {
  return embeddingsApiOf(provider)!.answer(body, { input: 'hi', ...asked }, testContext({ provider, model }))
}

interface Pair {
  readonly provider: string
  readonly model?: string
  readonly asked?: Json
  readonly path: string
  readonly body: Json
  readonly answer: Json
  /** Of the answer. `undefined`: the provider counts nothing. */
  readonly tokens?: number
}

const GOOGLE_PREDICT = '/publishers/google/models/{model}:predict'
const PAIRS: readonly Pair[] = [
  {
    provider: 'gemini',
    asked: { input: ['a', PNG], dimensions: 8, input_type: 'RETRIEVAL_QUERY' },
    path: '/models/{model}:batchEmbedContents',
    body: {
      requests: [{ text: 'a' }, { inlineData: { mimeType: 'image/png', data: 'AA==' } }].map((part) => ({
        model: 'models/the-model',
        content: { parts: [part] },
        outputDimensionality: 8,
        taskType: 'RETRIEVAL_QUERY',
      })),
    },
    answer: { embeddings: [{ values: [1, 2] }], usageMetadata: { promptTokenCount: 3 } },
    tokens: 3,
  },
  {
    provider: 'vertex_ai',
    asked: { input: ['a', 'b'], dimensions: 8, auto_truncate: false },
    path: GOOGLE_PREDICT,
    body: {
      instances: [{ content: 'a' }, { content: 'b' }],
      parameters: { outputDimensionality: 8, autoTruncate: false },
    },
    answer: { predictions: [{ embeddings: { values: [1, 2], statistics: { token_count: 4 } } }] },
    tokens: 4,
  },
  {
    provider: 'cohere',
    asked: { dimensions: 8, truncate: 'END' },
    path: '/embed',
    body: {
      ...{ model: 'the-model', texts: ['hi'], input_type: 'search_document', output_dimension: 8, truncate: 'END' },
      embedding_types: ['float'],
    },
    answer: { embeddings: { float: [[1, 2]] }, meta: { billed_units: { input_tokens: 5 } } },
    tokens: 5,
  },
  {
    provider: 'cohere_chat',
    asked: { input: [PNG] },
    path: '/embed',
    body: { model: 'the-model', images: [PNG], input_type: 'image', embedding_types: ['float'] },
    answer: { embeddings: { float: [[1, 2]] }, meta: { billed_units: { image_tokens: 5 } } },
    tokens: 5,
  },
  {
    provider: 'bedrock',
    model: TITAN,
    asked: { dimensions: 256, normalize: false },
    path: '/model/{model}/invoke',
    body: { inputText: 'hi', dimensions: 256, normalize: false },
    answer: { embedding: [1, 2], inputTextTokenCount: 6 },
    tokens: 6,
  },
  {
    provider: 'bedrock',
    model: 'amazon.titan-embed-image-v1',
    asked: { input: PNG, dimensions: 256 },
    path: '/model/{model}/invoke',
    body: { inputImage: 'AA==', embeddingConfig: { outputEmbeddingLength: 256 } },
    answer: { embeddingsByType: { float: [1, 2] }, inputTextTokenCount: 7 },
    tokens: 7,
  },
  {
    provider: 'bedrock',
    model: 'us.cohere.embed-v4:0',
    asked: { input: ['a', 'b'], dimensions: 256, input_type: 'search_query' },
    path: '/model/{model}/invoke',
    body: { texts: ['a', 'b'], input_type: 'search_query', output_dimension: 256 },
    answer: { embeddings: [[1, 2]] },
  },
  {
    provider: 'ollama',
    asked: { dimensions: 8, keep_alive: '5m', num_ctx: 99 },
    path: '/api/embed',
    body: { model: 'the-model', input: ['hi'], dimensions: 8, keep_alive: '5m', options: { num_ctx: 99 } },
    answer: { embeddings: [[1, 2]], prompt_eval_count: 8 },
    tokens: 8,
  },
  {
    provider: 'voyage',
    asked: { dimensions: 8, input_type: 'query' },
    path: '/embeddings',
    body: { model: 'the-model', input: ['hi'], output_dimension: 8, input_type: 'query' },
    answer: { data: [{ embedding: [1, 2] }], usage: { total_tokens: 9 } },
    tokens: 9,
  },
  {
    provider: 'jina_ai',
    asked: { input: ['a', PNG], task: 'text-matching' },
    path: '/embeddings',
    body: { model: 'the-model', input: [{ text: 'a' }, { image: 'AA==' }], task: 'text-matching' },
    answer: { data: [{ embedding: [1, 2] }], usage: { total_tokens: 10 } },
    tokens: 10,
  },
]

describe.each(PAIRS)(
  'embeddings of $provider $model',
  ({ provider, model, asked = {}, path, body, answer, tokens }) => {
    test('are asked for in its own words', () => {
      expect(sent(provider, asked, model)).toEqual({ path, body, lost: [] })
    })

    test('lose what it does not know by name, and nothing else', () => {
      const { body: without, lost } = sent(provider, { ...asked, user: 'u', encoding_format: 'float' }, model)
      expect([without, lost]).toEqual([body, ['user']])
    })

    test('are answered as OpenAI does', () => {
      const found = answered(provider, answer, asked, model)
      expect(found).toMatchObject({
        object: 'list',
        model: 'group',
        data: [{ object: 'embedding', index: 0, embedding: [1, 2] }],
      })
      if (tokens === undefined) expect(found.usage.prompt_tokens).toBeGreaterThan(0)
      else expect(found.usage).toEqual({ prompt_tokens: tokens, total_tokens: tokens })
    })

    test('are packed where that is asked for, as the SDK of OpenAI does without a word', () => {
      const [first] = answered(provider, answer, { ...asked, encoding_format: 'base64' }, model).data
      const bytes = Buffer.from(String(first!.embedding), 'base64')
      expect([bytes.length, bytes.readFloatLE(0), bytes.readFloatLE(4)]).toEqual([8, 1, 2])
    })

    test('are counted by the reader of their shape, from the bytes of the provider', () => {
      const reader = readerOfShape(builtinReaders, embeddingsApiOf(provider)!.shape)
      expect(reader.match(path.replace('{model}', 'text-embedding-005'))).toBe(path)
      expect(reader.read(answer, undefined)?.promptTokens).toBe(tokens)
    })

    test.each([
      ['tokens', [1, 2]],
      ['lists of tokens', [[1, 2]]],
    ])('refuse %s with what to send instead', (_, input) => {
      expect(() => sent(provider, { input }, model)).toThrow(expect.objectContaining({ status: 400, param: 'input' }))
      expect(() => sent(provider, { input }, model)).toThrow('Send the text itself.')
    })

    test('refuse what is no text', () => {
      expect(() => sent(provider, { input: [] }, model)).toThrow('The input is empty.')
      expect(() => sent(provider, { input: [{}] }, model)).toThrow('a text or a list of texts')
    })
  },
)

test('Titan takes one text a call: several are a call each', () => {
  const api = embeddingsApiOf('bedrock')!
  const context = testContext({ model: TITAN, provider: 'bedrock' })
  const asked = { input: ['a', 'b'], dimensions: 256 }
  const { body, parts } = api.request(asked, context)
  expect(parts).toEqual([
    { inputText: 'a', dimensions: 256 },
    { inputText: 'b', dimensions: 256 },
  ])
  expect(body).toEqual(parts![0])
  const answers = [
    { embedding: [1], inputTextTokenCount: 3 },
    { embedding: [2], inputTextTokenCount: 4 },
  ]
  expect(api.answer(api.join!(answers), asked, context)).toMatchObject({
    data: [
      { index: 0, embedding: [1] },
      { index: 1, embedding: [2] },
    ],
    usage: { prompt_tokens: 7 },
  })
  expect(() => api.request({ input: Array(2_049).fill('a') }, context)).toThrow('at most 2048')
  expect(() => sent('bedrock', { input: ['a', PNG] }, 'amazon.titan-embed-image-v1')).toThrow('one text a call, not 2')
})

test('the oldest Titan has one size', () => {
  expect(sent('bedrock', { dimensions: 8 }, 'amazon.titan-embed-text-v1').lost).toEqual(['dimensions'])
})

test('Cohere embeds texts or images', () => {
  expect(() => sent('cohere', { input: ['a', PNG] })).toThrow('not both in one call')
})

test('a maker that nobody translated for is refused by name', () => {
  expect(() => sent('bedrock', {}, 'twelvelabs.marengo')).toThrow(
    'Embeddings of twelvelabs.marengo are not translated.',
  )
})

test('Voyage packs its vectors itself', () => {
  expect(sent('voyage', { encoding_format: 'base64' }).body).toMatchObject({ encoding_format: 'base64' })
  const body = { data: [{ embedding: 'AACAPw==' }], usage: { total_tokens: 1 } }
  expect(answered('voyage', body, { encoding_format: 'base64' }).data[0]!.embedding).toBe('AACAPw==')
})

test('errors keep the status and words of the provider', () => {
  expect(embeddingsApiOf('voyage')!.error(400, { detail: 'too long' })).toEqual({ status: 400, message: 'too long' })
  expect(embeddingsApiOf('cohere')!.error(429, { message: 'slow down' })).toEqual({ status: 429, message: 'slow down' })
})

test('other providers are asked in the API of OpenAI', () => {
  expect(embeddingsApiOf('openai')).toBeUndefined()
})
