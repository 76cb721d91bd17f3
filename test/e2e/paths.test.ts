import { readFileSync } from 'node:fs'
import { describe, expect, test } from '@jest/globals'
import type { UsageReader } from '../../src/index.ts'
import { startApp, type TestAppOptions } from '../support/app.ts'
import { cleanups } from '../support/cleanups.ts'
import { chatCompletion, type Script, sendJson, startUpstream } from '../support/upstream.ts'

/** A gateway whose models are made from the upstream's address, without a path. */
async function setup(
  script: Script,
  models: (url: string) => readonly object[],
  options: Partial<TestAppOptions> = {},
) {
  const upstream = await startUpstream(script)
  cleanups.push(upstream.close)
  const app = await startApp({ upstream: upstream.url, models: models(upstream.url.replace(/\/v1$/, '')), ...options })
  cleanups.push(app.close)
  return { upstream, app, key: await app.key() }
}

const fixture = (name: string) => readFileSync(`test/fixtures/usage/${name}`)
const entry = (model_name: string, litellm_params: object) => ({
  model_name,
  litellm_params: { api_key: 'sk-provider', ...litellm_params },
})
const azure = (url: string) => [
  entry('gpt', { model: 'azure/my-gpt', api_base: url, api_version: '2024-10-21', base_model: 'azure/gpt-4o' }),
  entry('other', { model: 'azure/my-other', api_base: url, api_version: '2024-10-21' }),
]
const gemini = (url: string) => [entry('flash', { model: 'gemini/gemini-2.5-flash', api_base: `${url}/v1beta/openai` })]
const claude = (url: string) => [entry('claude', { model: 'anthropic/claude-sonnet-4-5', api_base: url })]
const ollama = (url: string) => [entry('llama', { model: 'ollama/llama3.2', api_base: url })]

const MESSAGES = [{ role: 'user', content: 'Hi' }]

describe('Azure’s paths', () => {
  const path = '/openai/deployments/gpt/chat/completions?api-version=2023-05-15'

  test('name the model, and go to the deployment’s own name and version', async () => {
    const { app, key, upstream } = await setup((res) => sendJson(res, 200, chatCompletion()), azure)
    const response = await app.post(path, key.secret, { messages: MESSAGES })
    expect(response.status).toBe(200)
    expect(upstream.requests[0]!.url).toBe('/openai/deployments/my-gpt/chat/completions?api-version=2024-10-21')
    expect(upstream.requests[0]!.headers['api-key']).toBe('sk-provider')
    expect((await app.rows())[0]).toMatchObject({ model_group: 'gpt', model: 'azure/my-gpt', prompt_tokens: 10 })
  })

  test('give way to a model in the body', async () => {
    const { app, key } = await setup((res) => sendJson(res, 200, chatCompletion()), azure)
    await app.post(path, key.secret, { model: 'other', messages: MESSAGES })
    expect((await app.rows())[0]).toMatchObject({ model_group: 'other', model: 'azure/my-other' })
  })

  test('are held against the models of the key', async () => {
    const { app, upstream } = await setup((res) => sendJson(res, 200, chatCompletion()), azure)
    const { secret } = await app.key({ models: ['other'] })
    expect((await app.post(path, secret, { messages: MESSAGES })).status).toBe(403)
    expect(upstream.requests).toHaveLength(0)
  })
})

describe('Gemini’s own API', () => {
  const body = { contents: [{ parts: [{ text: 'Hi' }] }] }

  test('gets the provider key in its own header, and never the client’s', async () => {
    const answer = fixture('gemini-generate/gemini-2.5-flash-cached.json')
    const { app, key, upstream } = await setup(
      (res) => res.writeHead(200, { 'content-type': 'application/json; charset=UTF-8' }).end(answer),
      gemini,
    )
    const url = `${app.url}/v1beta/models/flash:generateContent?key=${key.secret}`
    const response = await fetch(url, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(body),
    })
    expect(await response.text()).toBe(answer.toString())
    const [request] = upstream.requests
    expect(request!.url).toBe('/v1beta/models/gemini-2.5-flash:generateContent')
    expect(request!.headers).toMatchObject({ 'x-goog-api-key': 'sk-provider' })
    expect(JSON.stringify(request!.headers)).not.toContain(key.secret)
    const [row] = await app.rows()
    const usage = JSON.parse(answer.toString()).usageMetadata
    expect(row).toMatchObject({ status: 'success', prompt_tokens: usage.promptTokenCount })
    expect(row!.metadata.usage_object.prompt_tokens_details.cached_tokens).toBe(usage.cachedContentTokenCount)
    expect(Number(response.headers.get('x-litellm-response-cost'))).toBe(row!.spend)
    expect(row!.spend).toBeGreaterThan(0)
  })

  test.each(['/v1beta/models/google/flash', '/v1beta/models/google%2Fflash', '/models/google/flash'])(
    'takes a model with a slash in the path %s',
    async (path) => {
      const answer = fixture('gemini-generate/gemini-2.5-flash-cached.json')
      const { app, key, upstream } = await setup(
        (res) => res.writeHead(200, { 'content-type': 'application/json' }).end(answer),
        (url) => gemini(url).map((model) => ({ ...model, model_name: 'google/flash' })),
      )
      expect((await app.post(`${path}:generateContent`, key.secret, body)).status).toBe(200)
      expect(upstream.requests[0]!.url).toBe('/v1beta/models/gemini-2.5-flash:generateContent')
      expect((await app.rows())[0]).toMatchObject({ model_group: 'google/flash', model: 'gemini/gemini-2.5-flash' })
    },
  )

  test.each([
    ['', 'gemini-2.5-flash-cached-array.json', 'application/json'],
    ['?alt=sse', 'gemini-2.5-flash-cached.sse', 'text/event-stream'],
  ])('streams as asked for by the path and %j', async (query, file, contentType) => {
    const answer = fixture(`gemini-generate/${file}`)
    const { app, key, upstream } = await setup(
      (res) => res.writeHead(200, { 'content-type': contentType }).end(answer),
      gemini,
    )
    const response = await app.post(`/v1beta/models/flash:streamGenerateContent${query}`, key.secret, body)
    expect(await response.text()).toBe(answer.toString())
    expect(upstream.requests[0]!.url).toBe(`/v1beta/models/gemini-2.5-flash:streamGenerateContent${query}`)
    const [row] = await app.rows()
    expect(row!.prompt_tokens).toBeGreaterThan(0)
    expect(row!.metadata.usage_source).toBe('reported')
  })
})

describe('Anthropic’s own API', () => {
  test.each(['json', 'sse'])('cached tokens, whole and streamed: %s', async (kind) => {
    const answer = fixture(`anthropic-messages/claude-sonnet-4-5-cached.${kind}`)
    const type = kind === 'json' ? 'application/json' : 'text/event-stream'
    const { app, key, upstream } = await setup(
      (res) => res.writeHead(200, { 'content-type': type }).end(answer),
      claude,
    )
    const call = { model: 'claude', max_tokens: 100, stream: kind === 'sse', messages: MESSAGES }
    const response = await app.post('/v1/messages', key.secret, call)
    expect(await response.text()).toBe(answer.toString().replace(/"model": ?"[^"]*"/g, '"model":"claude"'))
    expect(upstream.requests[0]!.headers).toMatchObject({ 'x-api-key': 'sk-provider' })
    const [row] = await app.rows()
    const { usage_object: usage, usage_source } = row!.metadata
    expect(usage_source).toBe('reported')
    expect(row!.prompt_tokens).toBe(
      usage.input_tokens + usage.cache_read_input_tokens + usage.cache_creation_input_tokens,
    )
    expect(usage.cache_read_input_tokens).toBeGreaterThan(0)
  })
})

describe('Cohere’s own API', () => {
  const models = (api_base: string) => [
    entry('rerank', { model: 'cohere/rerank-v3.5', api_base: `${api_base}/v2` }),
    entry('embed', { model: 'cohere/embed-v4.0', api_base: `${api_base}/v2` }),
    entry('command', { model: 'cohere_chat/command-a-03-2025', api_base: `${api_base}/v2` }),
  ]

  test.each([
    ['rerank', '/v2/rerank', 'rerank/rerank-v3.5-cohere.json', 'application/json', { query: 'q', documents: ['d'] }],
    ['embed', '/v2/embed', 'cohere-embed/embed-v4.json', 'application/json', { texts: ['hello'] }],
    ['command', '/v2/chat', 'cohere-chat/command-a-v2.json', 'application/json', { messages: MESSAGES }],
    ['command', '/v2/chat', 'cohere-chat/command-a-v2.sse', 'text/event-stream', { messages: MESSAGES, stream: true }],
  ])('%s by %s, answered with %s', async (model, path, file, type, body) => {
    const answer = fixture(file)
    const { app, key, upstream } = await setup(
      (res) => res.writeHead(200, { 'content-type': type }).end(answer),
      models,
    )
    const response = await app.post(path, key.secret, { model, ...body })
    expect(await response.text()).toBe(answer.toString())
    expect(upstream.requests[0]!.url).toBe(path)
    const [row] = await app.rows()
    expect(row!.status).toBe('success')
    expect(row!.metadata.usage_source).toBe('reported')
    expect(row!.spend).toBeGreaterThan(0)
  })

  test('is no OpenAI for what is no chat and no embedding', async () => {
    const { app, key } = await setup((res) => sendJson(res, 200, {}), models)
    const response = await app.post('/v1/completions', key.secret, { model: 'command', prompt: 'Hi' })
    expect(response.status).toBe(400)
    expect(await response.text()).toContain('cohere_chat does not speak openai-completions')
  })
})

test('Ollama’s own API streams without being asked, below the address without /v1', async () => {
  const answer = fixture('ollama-chat/llama3.2-plain.ndjson')
  const { app, key, upstream } = await setup(
    (res) => res.writeHead(200, { 'content-type': 'application/x-ndjson' }).end(answer),
    ollama,
  )
  const response = await app.post('/api/chat', key.secret, { model: 'llama', messages: MESSAGES })
  expect(await response.text()).toBe(answer.toString())
  expect(upstream.requests[0]!.url).toBe('/api/chat')
  expect((await app.rows())[0]!.metadata.usage_source).toBe('reported')
})

test('a reader of the host that throws is reported, and the client has its answer', async () => {
  const error = new Error('a mistake in this reader')
  const reader: UsageReader = {
    shape: 'own',
    callType: 'own_call',
    match: (path) => (path === '/own' ? '/own' : undefined),
    read() {
      throw error
    },
  }
  const models = (url: string) => [entry('mine', { model: 'openai/mine', api_base: url })]
  const { app, key, upstream } = await setup((res) => sendJson(res, 200, { answer: 42 }), models, {
    options: { readers: [reader] },
  })
  const faults: unknown[] = []
  app.gateway.events.on('fault', (fault) => faults.push(fault))
  const response = await app.post('/own', key.secret, { model: 'mine' })
  expect(await response.json()).toEqual({ answer: 42 })
  expect(upstream.requests[0]!.url).toBe('/own')
  expect((await app.rows())[0]).toMatchObject({ status: 'success', call_type: 'own_call' })
  expect(faults).toEqual([{ error, where: 'reader of own' }])
})

test('Anthropic’s OpenAI-compatible side is given the key as a bearer, its own side as it wants it', async () => {
  const compatible = (url: string) => {
    const params = { model: 'anthropic/claude-sonnet-4-5', api_base: url, prefer_shape: 'openai-chat' }
    return [...claude(url), entry('compatible', params)]
  }
  const { app, key, upstream } = await setup((res) => sendJson(res, 200, chatCompletion()), compatible)
  await app.post('/v1/chat/completions', key.secret, { model: 'compatible', messages: MESSAGES })
  await app.post('/v1/messages', key.secret, { model: 'claude', max_tokens: 5, messages: MESSAGES })
  const keys = upstream.requests.map(({ url, headers }) => [url, headers.authorization, headers['x-api-key']])
  expect(keys).toEqual([
    ['/v1/chat/completions', 'Bearer sk-provider', undefined],
    ['/v1/messages', undefined, 'sk-provider'],
  ])
})
