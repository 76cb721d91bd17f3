import { createHash } from 'node:crypto'
import { createOpenAICompatible } from '@ai-sdk/openai-compatible'
import { LLMock } from '@copilotkit/aimock'
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import { embed, generateText, jsonSchema, streamText, tool } from 'ai'
import OpenAI from 'openai'
import { startApp, type TestApp } from '../support/app.ts'
import type { TestKey } from '../support/keys.ts'

/** An upstream and clients that nobody here wrote. */
const mock = new LLMock({ port: 0, chunkSize: 8 })
let app: TestApp
let key: TestKey
let openai: OpenAI

const USAGE = { prompt_tokens: 100, completion_tokens: 20, total_tokens: 120 }
const HELLO = [{ role: 'user' as const, content: 'hello' }]

beforeAll(async () => {
  mock.onMessage('hello', { content: 'Hello from the upstream.', usage: USAGE })
  mock.onMessage('weather', { toolCalls: [{ name: 'get_weather', arguments: '{"city":"Paris"}' }], usage: USAGE })
  mock.onMessage('busy', { error: { message: 'slow down', type: 'rate_limit_error' }, status: 429 })
  mock.onMessage('bad', { error: { message: 'no such thing', type: 'invalid_request_error' }, status: 400 })
  await mock.start()
  app = await startApp({ upstream: `${mock.url}/v1` })
  key = await app.key()
  openai = new OpenAI({ baseURL: `${app.url}/v1`, apiKey: key.secret, maxRetries: 0 })
})

afterAll(async () => {
  await app.close()
  await mock.stop()
})

/** The rows that `work` leaves. */
async function rowsOf(work: () => Promise<unknown>) {
  const before = (await app.rows()).length
  await work()
  await app.gateway.flush()
  return (await app.rows()).slice(before)
}

describe('the openai SDK', () => {
  test('chats', async () => {
    const rows = await rowsOf(async () => {
      const answer = await openai.chat.completions.create({ model: 'gpt-4o', messages: HELLO })
      expect(answer.choices[0]!.message.content).toBe('Hello from the upstream.')
    })
    expect(rows).toHaveLength(1)
    expect(rows[0]).toMatchObject({
      status: 'success',
      prompt_tokens: 100,
      completion_tokens: 20,
      call_type: 'acompletion',
    })
    expect(rows[0]!.spend).toBeCloseTo(0.00014, 12)
  })

  test('streams', async () => {
    const rows = await rowsOf(async () => {
      let text = ''
      const stream = await openai.chat.completions.create({ model: 'gpt-4o', messages: HELLO, stream: true })
      for await (const chunk of stream) {
        expect(chunk.choices).not.toHaveLength(0)
        text += chunk.choices[0]!.delta.content ?? ''
      }
      expect(text).toBe('Hello from the upstream.')
    })
    expect(rows).toHaveLength(1)
    expect(rows[0]).toMatchObject({ status: 'success', prompt_tokens: 100, completion_tokens: 20 })
  })

  test('calls tools', async () => {
    const tools = [
      { type: 'function' as const, function: { name: 'get_weather', parameters: { type: 'object', properties: {} } } },
    ]
    const rows = await rowsOf(async () => {
      const answer = await openai.chat.completions.create({
        model: 'gpt-4o',
        messages: [{ role: 'user', content: 'weather' }],
        tools,
      })
      expect(answer.choices[0]!.message.tool_calls).toHaveLength(1)
    })
    expect(rows).toHaveLength(1)
  })

  test('embeds', async () => {
    const rows = await rowsOf(async () => {
      const answer = await openai.embeddings.create({ model: 'embed', input: 'some text' })
      expect(answer.data[0]!.embedding.length).toBeGreaterThan(0)
    })
    expect(rows).toHaveLength(1)
    expect(rows[0]).toMatchObject({
      call_type: 'aembedding',
      status: 'success',
      model: 'openai/text-embedding-3-small',
    })
  })

  test('lists the models that the key may call', async () => {
    const limited = await app.key({ models: ['gpt-4o'] })
    const models = await new OpenAI({ baseURL: `${app.url}/v1`, apiKey: limited.secret }).models.list()
    expect(models.data.map(({ id }) => id)).toEqual(['gpt-4o'])
  })
})

describe('errors arrive as the typed errors of the openai SDK', () => {
  const chat = (content: string, client = openai, model = 'gpt-4o') =>
    client.chat.completions.create({ model, messages: [{ role: 'user', content }] })
  const as = (secret: string) => new OpenAI({ baseURL: `${app.url}/v1`, apiKey: secret, maxRetries: 0 })

  test('of the upstream: 429', async () => {
    const rows = await rowsOf(() => expect(chat('busy')).rejects.toBeInstanceOf(OpenAI.RateLimitError))
    expect(rows).toHaveLength(1)
    expect(rows[0]).toMatchObject({ status: 'failure', spend: 0 })
    expect(rows[0]!.metadata.error_information).toMatchObject({ error_code: '429', error_class: 'RateLimitError' })
  })

  test('of the upstream: 400', async () => {
    await expect(chat('bad')).rejects.toBeInstanceOf(OpenAI.BadRequestError)
  })

  test('unknown key: 401, and one row a minute for its address', async () => {
    const rows = await rowsOf(() =>
      expect(chat('hello', as('sk-unknown'))).rejects.toBeInstanceOf(OpenAI.AuthenticationError),
    )
    expect(rows).toMatchObject([{ status: 'failure', spend: 0, call_type: 'acompletion', model: '', user: '' }])
    expect(rows[0]!.api_key).toBe(createHash('sha256').update('sk-unknown').digest('hex'))
    expect(rows[0]!.metadata.error_information).toMatchObject({ error_class: 'KeyNotFoundError', error_code: '401' })
    const more = await rowsOf(() =>
      expect(chat('hello', as('sk-another'))).rejects.toBeInstanceOf(OpenAI.AuthenticationError),
    )
    expect(more).toHaveLength(0)
  })

  test('blocked key: 401', async () => {
    const { secret } = await app.key({ blocked: true })
    await expect(chat('hello', as(secret))).rejects.toBeInstanceOf(OpenAI.AuthenticationError)
  })

  test('model not allowed: 403, with a row', async () => {
    const { secret } = await app.key({ models: ['other'] })
    const rows = await rowsOf(() =>
      expect(chat('hello', as(secret))).rejects.toBeInstanceOf(OpenAI.PermissionDeniedError),
    )
    expect(rows).toHaveLength(1)
    expect(rows[0]).toMatchObject({ status: 'failure', spend: 0 })
  })

  test('budget spent: 422', async () => {
    const { secret } = await app.key({ max_budget: 1, spend: 1 })
    const error = await chat('hello', as(secret)).catch((caught: unknown) => caught)
    expect(error).toBeInstanceOf(OpenAI.UnprocessableEntityError)
    expect(error).toMatchObject({ type: 'budget_exceeded' })
  })

  test('unknown model: 400', async () => {
    await expect(chat('hello', openai, 'no-such-model')).rejects.toBeInstanceOf(OpenAI.BadRequestError)
  })
})

describe('the AI SDK', () => {
  const provider = () =>
    createOpenAICompatible({ name: 'gateway', baseURL: `${app.url}/v1`, apiKey: key.secret, includeUsage: true })

  test('generates text', async () => {
    const { text, usage } = await generateText({ model: provider()('gpt-4o'), prompt: 'hello' })
    expect(text).toBe('Hello from the upstream.')
    expect(usage.inputTokens).toBe(100)
  })

  test('streams text, with usage', async () => {
    const rows = await rowsOf(async () => {
      const result = streamText({ model: provider()('gpt-4o'), prompt: 'hello' })
      let text = ''
      for await (const part of result.textStream) text += part
      expect(text).toBe('Hello from the upstream.')
      expect((await result.usage).outputTokens).toBe(20)
    })
    expect(rows).toHaveLength(1)
    expect(rows[0]).toMatchObject({ prompt_tokens: 100, completion_tokens: 20, status: 'success' })
  })

  test('calls tools', async () => {
    const tools = {
      get_weather: tool({ inputSchema: jsonSchema({ type: 'object', properties: { city: { type: 'string' } } }) }),
    }
    const { toolCalls } = await generateText({ model: provider()('gpt-4o'), prompt: 'weather', tools })
    expect(toolCalls.map(({ toolName }) => toolName)).toEqual(['get_weather'])
  })

  test('embeds', async () => {
    const { embedding } = await embed({ model: provider().embeddingModel('embed'), value: 'text' })
    expect(embedding.length).toBeGreaterThan(0)
  })

  test('sees refusals as errors with their status', async () => {
    const blocked = createOpenAICompatible({ name: 'gateway', baseURL: `${app.url}/v1`, apiKey: 'sk-unknown' })
    await expect(generateText({ model: blocked('gpt-4o'), prompt: 'hello', maxRetries: 0 })).rejects.toMatchObject({
      statusCode: 401,
    })
  })
})
