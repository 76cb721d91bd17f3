import Anthropic from '@anthropic-ai/sdk'
import { GoogleGenAI } from '@google/genai'
import { afterEach, expect, test } from '@jest/globals'
import { startApp } from '../../support/app.ts'
import { startStrictProviders } from '../../support/strict/strict-providers.ts'
import { sendJson } from '../../support/upstream.ts'

const closers: (() => unknown)[] = []
afterEach(async () => {
  for (const close of closers.splice(0).reverse()) await close()
})

const DETAILS = [{ modality: 'TEXT', tokenCount: 815 }]
const ANSWERS: readonly (readonly [path: RegExp, answer: object])[] = [
  [/\/messages\/count_tokens$/, { input_tokens: 4_711 }],
  [/:countTokens$/, { totalTokens: 815, promptTokensDetails: DETAILS }],
]

async function setup(status = 200) {
  const providers = await startStrictProviders({
    before: (res, { url }) => {
      const answer = ANSWERS.find(([path]) => path.test(url))
      if (!answer) return false
      sendJson(res, status, answer[1])
      return true
    },
  })
  closers.push(providers.close)
  const models = Object.entries(providers.params).map(([model_name, litellm_params]) => ({
    model_name,
    litellm_params,
  }))
  const app = await startApp({ upstream: '', models })
  closers.push(app.close)
  const key = await app.key({ models: ['anthropic', 'gemini', 'hosted_vllm'] })
  const client = new Anthropic({ baseURL: app.url, apiKey: key.secret, maxRetries: 0 })
  const count = async (model: string, content = 'How many tokens are these?') =>
    (await client.messages.countTokens({ model, messages: [{ role: 'user', content }] })).input_tokens
  const google = new GoogleGenAI({ apiKey: key.secret, httpOptions: { baseUrl: app.url } })
  const countContents = (model: string, contents = 'How many tokens are these?') =>
    google.models.countTokens({ model, contents })
  return { app, providers, count, countContents, key }
}

test('Anthropic counts itself, with the provider key, and nothing is charged', async () => {
  const { app, providers, count } = await setup()
  expect(await count('anthropic')).toBe(4_711)
  const { url, headers, body } = providers.requests[0]!
  expect([url, headers['x-api-key']]).toEqual(['/v1/messages/count_tokens', 'sk-provider'])
  expect(JSON.parse(body.toString()).model).toBe('claude-sonnet-4-5')
  expect(await app.rows()).toEqual([])
})

test.each(['gemini', 'hosted_vllm'])('the tokens of %s are counted here', async (model) => {
  const { app, providers, count } = await setup()
  const few = await count(model)
  expect(few).toBeGreaterThan(5)
  expect(few).toBeLessThan(20)
  expect(await count(model, 'word '.repeat(1_000))).toBeGreaterThan(900)
  expect(providers.requests).toHaveLength(0)
  expect(await app.rows()).toEqual([])
})

test('they are counted here, too, when Anthropic does not say', async () => {
  const { count } = await setup(529)
  expect(await count('anthropic')).toBeLessThan(20)
})

test('a key counts only for models that it may call', async () => {
  const { count } = await setup()
  await expect(count('openai')).rejects.toThrow(Anthropic.PermissionDeniedError)
  await expect(count('nothing')).rejects.toThrow()
})

test('Gemini counts itself, with the provider key, and says what it counted', async () => {
  const { app, providers, countContents } = await setup()
  const answer = await countContents('gemini')
  expect(answer).toMatchObject({ totalTokens: 815 })
  const { url, headers, body } = providers.requests[0]!
  expect([url, headers['x-goog-api-key']]).toEqual(['/v1beta/models/gemini-2.5-flash:countTokens', 'sk-provider'])
  expect(JSON.parse(body.toString())).toEqual({
    contents: [{ role: 'user', parts: [{ text: 'How many tokens are these?' }] }],
  })
  expect(await app.rows()).toEqual([])
})

test('Gemini is asked for a whole request under the name of its own model', async () => {
  const { app, providers, key } = await setup()
  const contents = [{ parts: [{ text: 'Hi' }] }]
  const systemInstruction = { parts: [{ text: 'Be brief.' }] }
  for (const body of [
    { contents, systemInstruction },
    { generateContentRequest: { model: 'models/gemini', contents, systemInstruction } },
  ]) {
    const answer = await app.post('/v1beta/models/gemini:countTokens', key.secret, body)
    expect(await answer.json()).toEqual({ totalTokens: 815, promptTokensDetails: DETAILS })
    expect(JSON.parse(String(providers.requests.at(-1)?.body))).toEqual({
      generateContentRequest: { model: 'models/gemini-2.5-flash', contents, systemInstruction },
    })
  }
})

test.each(['anthropic', 'hosted_vllm'])('the contents for %s are counted here', async (model) => {
  const { app, providers, countContents } = await setup()
  const few = Number((await countContents(model)).totalTokens)
  expect(few).toBeGreaterThan(5)
  expect(few).toBeLessThan(20)
  expect((await countContents(model, 'word '.repeat(1_000))).totalTokens).toBeGreaterThan(900)
  expect(providers.requests).toHaveLength(0)
  expect(await app.rows()).toEqual([])
})

test.each(['/v1beta/models', '/v1/models', '/models'])('%s/{model}:countTokens is held to the key', async (base) => {
  const { app, key } = await setup()
  const body = { contents: [{ parts: [{ text: 'Hi' }] }] }
  const ask = (model: string, sent: unknown = body) => app.post(`${base}/${model}:countTokens`, key.secret, sent)
  expect((await ask('hosted_vllm')).status).toBe(200)
  expect([(await ask('openai')).status, (await ask('nothing')).status]).toEqual([403, 403])
  const empty = await ask('hosted_vllm', {})
  expect(empty.status).toBe(400)
  expect(await empty.json()).toMatchObject({ error: { status: 'INVALID_ARGUMENT', param: 'contents' } })
})
