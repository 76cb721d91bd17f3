import { afterAll, beforeAll, expect, test } from '@jest/globals'
import OpenAI from 'openai'
import { startApp, type TestApp } from '../../support/app.ts'
import { AWS_KEYS } from '../../support/aws.ts'
import { sendJson, startUpstream } from '../../support/upstream.ts'

/*
 * OpenAI's SDK asks for packed floats when nobody tells it otherwise, and unpacks what it gets: it must not notice that the
 * model is another provider's.
 */

const VECTOR = [0.5, -0.25]

interface Provider {
  readonly model: string
  readonly path: string
  readonly answer: object
  readonly tokens: number
  readonly params?: (url: string) => object
}

const PROVIDERS: Readonly<Record<string, Provider>> = {
  gemini: {
    model: 'gemini/gemini-embedding-001',
    path: '/models/gemini-embedding-001:batchEmbedContents',
    answer: { embeddings: [{ values: VECTOR }], usageMetadata: { promptTokenCount: 3 } },
    tokens: 3,
  },
  cohere: {
    model: 'cohere/embed-v4.0',
    path: '/embed',
    answer: { embeddings: { float: [VECTOR] }, meta: { billed_units: { input_tokens: 4 } } },
    tokens: 4,
  },
  ollama: {
    model: 'ollama/all-minilm',
    path: '/api/embed',
    answer: { embeddings: [VECTOR], prompt_eval_count: 5 },
    tokens: 5,
  },
  bedrock: {
    model: 'bedrock/amazon.titan-embed-text-v2:0',
    path: '/model/amazon.titan-embed-text-v2%3A0/invoke',
    answer: { embedding: VECTOR, inputTextTokenCount: 6 },
    tokens: 6,
    params: (url) => ({
      aws_bedrock_runtime_endpoint: url,
      aws_region_name: 'us-east-1',
      aws_access_key_id: AWS_KEYS.accessKeyId,
      aws_secret_access_key: AWS_KEYS.secretAccessKey,
    }),
  },
  voyage: {
    model: 'voyage/voyage-3.5',
    path: '/embeddings',
    answer: { object: 'list', data: [{ embedding: VECTOR }], usage: { total_tokens: 7 } },
    tokens: 7,
  },
  jina_ai: {
    model: 'jina_ai/jina-embeddings-v4',
    path: '/embeddings',
    answer: { object: 'list', data: [{ embedding: VECTOR }], usage: { total_tokens: 8 } },
    tokens: 8,
  },
}

let upstream: Awaited<ReturnType<typeof startUpstream>>
let app: TestApp
let client: OpenAI

beforeAll(async () => {
  upstream = await startUpstream((res, { url, body }) => {
    const asked = Object.values(PROVIDERS).find(({ path }) => url.endsWith(path) && url.includes(nameIn(url)))
    const said = String(body)
    if (said.includes('breaks')) sendJson(res, 429, { message: 'Too many requests, please wait.' })
    else if (asked === PROVIDERS.bedrock) sendJson(res, 200, { embedding: [said.length, 0], inputTextTokenCount: 6 })
    else if (asked) sendJson(res, 200, PROVIDERS[nameIn(url)]?.answer ?? asked.answer)
    else sendJson(res, 404, { error: { message: `no ${url}` } })
  })
  const origin = upstream.url.replace(/\/v1$/, '')
  app = await startApp({
    upstream: '',
    models: Object.entries(PROVIDERS).map(([model_name, { model, params }]) => ({
      model_name,
      litellm_params: {
        model,
        input_cost_per_token: 1e-6,
        ...(params?.(`${origin}/${model_name}`) ?? { api_base: `${origin}/${model_name}`, api_key: 'sk-provider' }),
      },
    })),
  })
  const { secret } = await app.key()
  client = new OpenAI({ baseURL: `${app.url}/v1`, apiKey: secret, maxRetries: 0 })
})
afterAll(async () => {
  await app.close()
  await upstream.close()
})

/** Each provider is at a path of its own. */
function nameIn(url: string): string {
  return url.split('/')[1] ?? ''
}

test.each(Object.entries(PROVIDERS))("OpenAI's SDK embeds with %s", async (model, { path, tokens }) => {
  const [before, requests] = [(await app.rows()).length, upstream.requests.length]
  const answer = await client.embeddings.create({ model, input: 'hello', dimensions: 2 })
  expect(answer).toMatchObject({ object: 'list', model, data: [{ object: 'embedding', index: 0 }] })
  if (model !== 'bedrock') expect(answer.data[0]?.embedding).toEqual(VECTOR)
  expect(answer.usage).toEqual({ prompt_tokens: tokens, total_tokens: tokens })
  expect(upstream.requests.slice(requests).map(({ url }) => url.endsWith(path))).toEqual([true])
  const [row] = (await app.rows()).slice(before)
  expect(row).toMatchObject({ call_type: 'aembedding', model_group: model, prompt_tokens: tokens, status: 'success' })
  expect(row!.metadata.usage_source).toBe('reported')
})

test('lists of tokens are refused before anybody is asked', async () => {
  const requests = upstream.requests.length
  const refused = client.embeddings.create({ model: 'cohere', input: [1, 2, 3] })
  await expect(refused).rejects.toThrow(/Send the text itself/)
  expect(upstream.requests).toHaveLength(requests)
})

test('what is left out is named', async () => {
  const { response } = await client.embeddings.create({ model: 'cohere', input: 'hello', user: 'u' }).withResponse()
  expect(response.headers.get('x-litellm-dropped-params')).toBe('user')
})

test('what Titan takes one by one is one call, one row and one bill', async () => {
  const [before, requests] = [(await app.rows()).length, upstream.requests.length]
  const input = Array.from({ length: 20 }, (_, n) => 'x'.repeat(n))
  input[0] = 'first'
  const answer = await client.embeddings.create({ model: 'bedrock', input })
  const asked = upstream.requests.slice(requests)
  expect(asked.map(({ body }) => JSON.parse(String(body)).inputText).sort()).toEqual([...input].sort())
  // The vectors of our fake say how long their request was.
  const lengths = input.map((inputText) => JSON.stringify({ inputText }).length)
  expect(answer.data.map(({ index, embedding }) => [index, embedding[0]])).toEqual(lengths.map((size, n) => [n, size]))
  expect(answer.usage).toEqual({ prompt_tokens: 120, total_tokens: 120 })
  const rows = (await app.rows()).slice(before)
  expect(rows).toHaveLength(1)
  expect(rows[0]).toMatchObject({ prompt_tokens: 120, spend: 120e-6, status: 'success' })
})

test('one that fails is the failure of all, in the words of the provider', async () => {
  const before = (await app.rows()).length
  const failed = client.embeddings.create({ model: 'bedrock', input: ['a', 'breaks', 'b'] })
  await expect(failed).rejects.toMatchObject({ status: 429, message: expect.stringContaining('please wait') })
  const rows = (await app.rows()).slice(before)
  expect(rows.map(({ status }) => status)).toEqual(['failure'])
})
