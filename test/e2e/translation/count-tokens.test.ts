import Anthropic from '@anthropic-ai/sdk'
import { afterEach, expect, test } from '@jest/globals'
import { startApp } from '../../support/app.ts'
import { startStrictProviders } from '../../support/strict/strict-providers.ts'
import { sendJson } from '../../support/upstream.ts'

const closers: (() => unknown)[] = []
afterEach(async () => {
  for (const close of closers.splice(0).reverse()) await close()
})

async function setup(status = 200) {
  const providers = await startStrictProviders({
    before: (res, { url }) => {
      if (!url.endsWith('/messages/count_tokens')) return false
      sendJson(res, status, { input_tokens: 4_711 })
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
  return { app, providers, count }
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
