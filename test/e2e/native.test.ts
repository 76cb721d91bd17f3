import Anthropic from '@anthropic-ai/sdk'
import { LLMock } from '@copilotkit/aimock'
import { GoogleGenAI } from '@google/genai'
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import OpenAI, { toFile } from 'openai'
import { startApp, type TestApp } from '../support/app.ts'
import type { TestKey } from '../support/keys.ts'
import { recomputedSpend } from '../support/recomputed-spend.ts'

/** An upstream and clients that nobody here wrote, each speaking its provider's own API. */
const mock = new LLMock({ port: 0, chunkSize: 8 })
let app: TestApp
let key: TestKey
let openai: OpenAI
let anthropic: Anthropic
let google: GoogleGenAI

const USAGE = { prompt_tokens: 100, completion_tokens: 20, total_tokens: 120 }
const HELLO = [{ role: 'user' as const, content: 'hello' }]
const CLAUDE = { model: 'claude', max_tokens: 100, messages: HELLO }

beforeAll(async () => {
  mock.onMessage('hello', { content: 'Hello from the upstream.', usage: USAGE })
  mock.onImage('a cat', { images: [{ url: 'https://example.com/1.png' }, { url: 'https://example.com/2.png' }] })
  mock.onSpeech('say it', { audio: Buffer.from('not really audio').toString('base64') })
  mock.onTranscription({ transcription: { text: 'words', duration: 60 } })
  mock.onModerate('bad words', { flagged: true, categories: { violence: true } })
  await mock.start()
  const entry = (model_name: string, model: string, api_base: string) => ({
    model_name,
    litellm_params: { model, api_base, api_key: 'sk-provider' },
  })
  const openaiBase = `${mock.url}/v1`
  app = await startApp({
    upstream: openaiBase,
    models: [
      entry('gpt', 'openai/gpt-4o', openaiBase),
      entry('claude', 'anthropic/claude-sonnet-4-5', mock.url),
      entry('gemini', 'gemini/gemini-2.5-flash', `${mock.url}/v1beta/openai`),
      entry('moderation', 'openai/omni-moderation-latest', openaiBase),
      entry('speech', 'openai/tts-1', openaiBase),
      entry('whisper', 'openai/whisper-1', openaiBase),
      entry('image', 'openai/dall-e-3', openaiBase),
    ],
  })
  key = await app.key()
  const apiKey = key.secret
  openai = new OpenAI({ baseURL: `${app.url}/v1`, apiKey, maxRetries: 0 })
  anthropic = new Anthropic({ baseURL: app.url, apiKey, maxRetries: 0 })
  google = new GoogleGenAI({ apiKey, httpOptions: { baseUrl: app.url } })
})

afterAll(async () => {
  await app.close()
  await mock.stop()
})

/** The one row that `work` leaves. */
async function rowOf(work: () => Promise<unknown>) {
  const before = (await app.rows()).length
  await work()
  const rows = (await app.rows()).slice(before)
  expect(rows).toHaveLength(1)
  if (rows[0]!.spend > 0) expect(recomputedSpend(rows[0]!)).toBeCloseTo(rows[0]!.spend, 15)
  return rows[0]!
}

const lastRequest = () => mock.getRequests().at(-1)!

describe('the anthropic SDK', () => {
  const row = {
    status: 'success',
    call_type: 'anthropic_messages',
    model: 'anthropic/claude-sonnet-4-5',
    model_group: 'claude',
    custom_llm_provider: 'anthropic',
    prompt_tokens: 100,
    completion_tokens: 20,
    api_key: '',
  }

  test('gets a message, and the upstream the provider key as Anthropic wants it', async () => {
    const found = await rowOf(async () => {
      const message = await anthropic.messages.create(CLAUDE)
      expect(message.content).toEqual([expect.objectContaining({ text: 'Hello from the upstream.' })])
    })
    expect(found).toMatchObject({ ...row, api_key: key.hashedToken })
    // 100 × 3e-6 + 20 × 1.5e-5
    expect(found.spend).toBeCloseTo(0.0006, 12)
    const { path, headers } = lastRequest()
    expect(path).toBe('/v1/messages')
    expect(headers).toMatchObject({ 'x-api-key': expect.anything(), 'anthropic-version': '2023-06-01' })
    expect(headers.authorization).toBeUndefined()
  })

  test('streams', async () => {
    const found = await rowOf(async () => {
      const message = await anthropic.messages.stream(CLAUDE).finalMessage()
      expect(message.content).toEqual([expect.objectContaining({ text: 'Hello from the upstream.' })])
      expect(message.usage).toMatchObject({ input_tokens: 100, output_tokens: 20 })
    })
    expect(found).toMatchObject({ ...row, api_key: key.hashedToken })
    expect(found.metadata.usage_source).toBe('reported')
  })
})

describe('the google SDK', () => {
  const row = {
    status: 'success',
    call_type: 'agenerate_content',
    model: 'gemini/gemini-2.5-flash',
    model_group: 'gemini',
    custom_llm_provider: 'gemini',
    prompt_tokens: 100,
    completion_tokens: 20,
  }

  test('generates, by a path that names the model', async () => {
    const found = await rowOf(async () => {
      const answer = await google.models.generateContent({ model: 'gemini', contents: 'hello' })
      expect(answer.text).toBe('Hello from the upstream.')
    })
    expect(found).toMatchObject(row)
    // 100 × 3e-7 + 20 × 2.5e-6
    expect(found.spend).toBeCloseTo(0.00008, 12)
    const { path, headers } = lastRequest()
    expect(path).toBe('/v1beta/models/gemini-2.5-flash:generateContent')
    expect(headers['x-goog-api-key']).toBeDefined()
    expect(headers.authorization).toBeUndefined()
  })

  test('streams, with what its query asks for', async () => {
    const found = await rowOf(async () => {
      let text = ''
      const stream = await google.models.generateContentStream({ model: 'gemini', contents: 'hello' })
      for await (const chunk of stream) text += chunk.text ?? ''
      expect(text).toBe('Hello from the upstream.')
    })
    expect(found).toMatchObject(row)
    expect(found.metadata.usage_source).toBe('reported')
  })
})

describe('the openai SDK beyond chat', () => {
  test('responses', async () => {
    const row = await rowOf(async () => {
      const answer = await openai.responses.create({ model: 'gpt', input: 'hello' })
      expect(answer.output_text).toBe('Hello from the upstream.')
    })
    expect(row).toMatchObject({ call_type: 'aresponses', status: 'success', prompt_tokens: 100, completion_tokens: 20 })
    expect(row.spend).toBeCloseTo(0.00045, 12)
  })

  test('streamed responses', async () => {
    const row = await rowOf(async () => {
      const stream = await openai.responses.create({ model: 'gpt', input: 'hello', stream: true })
      let text = ''
      for await (const event of stream) if (event.type === 'response.output_text.delta') text += event.delta
      expect(text).toBe('Hello from the upstream.')
    })
    expect(row).toMatchObject({ call_type: 'aresponses', prompt_tokens: 100, completion_tokens: 20 })
    expect(row.metadata.usage_source).toBe('reported')
  })

  test('moderations are free, and that is known', async () => {
    const row = await rowOf(async () => {
      const answer = await openai.moderations.create({ model: 'moderation', input: 'bad words' })
      expect(answer.results[0]!.flagged).toBe(true)
    })
    expect(row).toMatchObject({ call_type: 'amoderation', status: 'success', spend: 0 })
    expect(row.metadata.cost_unknown).toBeUndefined()
  })

  test('speech is billed by the characters of the request', async () => {
    const row = await rowOf(async () => {
      const answer = await openai.audio.speech.create({ model: 'speech', voice: 'alloy', input: 'say it' })
      expect(Buffer.from(await answer.arrayBuffer()).toString()).toBe('not really audio')
    })
    expect(row).toMatchObject({ call_type: 'aspeech', status: 'success' })
    // 6 × 1.5e-5
    expect(row.spend).toBeCloseTo(0.00009, 12)
  })

  test('a transcription is billed by its seconds; the upload is multipart', async () => {
    const row = await rowOf(async () => {
      const file = await toFile(Buffer.alloc(100_000, 7), 'a.mp3')
      const answer = await openai.audio.transcriptions.create({
        model: 'whisper',
        file,
        response_format: 'verbose_json',
      })
      expect(answer.text).toBe('words')
    })
    expect(row).toMatchObject({ call_type: 'atranscription', status: 'success', model: 'openai/whisper-1' })
    // 60 × 1e-4
    expect(row.spend).toBeCloseTo(0.006, 12)
  })

  test('images are billed by the piece, in the quality that was asked for', async () => {
    const row = await rowOf(async () => {
      const answer = await openai.images.generate({ model: 'image', prompt: 'a cat', n: 2, quality: 'hd' })
      expect(answer.data).toHaveLength(2)
    })
    expect(row).toMatchObject({ call_type: 'aimage_generation', status: 'success' })
    expect(row.spend).toBeCloseTo(0.16, 4)
  })
})

describe('a shape that the provider of the model does not speak', () => {
  test.each([
    ['/v1/embeddings', { model: 'claude', input: 'x' }, 'anthropic does not speak openai-embeddings'],
    ['/v1beta/models/gpt:embedContent', { content: {} }, 'openai does not speak gemini-embed'],
  ])('%s is refused with a sentence that says so', async (path, body, sentence) => {
    const asked = mock.getRequests().length
    const response = await app.post(path, key.secret, body)
    expect(response.status).toBe(400)
    expect(await response.json()).toMatchObject({
      error: { message: expect.stringContaining(sentence), param: 'model' },
    })
    expect(mock.getRequests()).toHaveLength(asked)
  })
})
