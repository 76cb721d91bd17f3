import Anthropic from '@anthropic-ai/sdk'
import { ApiError, GoogleGenAI } from '@google/genai'
import { afterEach, describe, expect, test } from '@jest/globals'
import OpenAI from 'openai'
import { startApp } from '../../support/app.ts'
import { startStrictProviders } from '../../support/strict/strict-providers.ts'

const closers: (() => unknown)[] = []
afterEach(async () => {
  for (const close of closers.splice(0).reverse()) await close()
})

async function setup() {
  const providers = await startStrictProviders()
  closers.push(providers.close)
  const models = Object.entries(providers.params).map(([model_name, litellm_params]) => ({
    model_name,
    litellm_params,
  }))
  const app = await startApp({ upstream: '', models })
  closers.push(app.close)
  return app
}

type App = Awaited<ReturnType<typeof setup>>
type Key = Parameters<App['key']>[0]

const REFUSALS: readonly (readonly [name: string, key: Key, model: string, status: number, code: string])[] = [
  ['a key that nobody knows', undefined, 'hosted_vllm', 401, 'unknown_key'],
  ['a model that the key may not call', { models: ['gemini'] }, 'hosted_vllm', 403, 'key_model_denied'],
  ['a model that does not exist', {}, 'nothing', 400, 'model_not_found'],
  ['a budget that is spent', { max_budget: 1, spend: 2 }, 'hosted_vllm', 422, 'budget_exceeded'],
  ['a rate limit', { rpm_limit: 0 }, 'hosted_vllm', 429, 'rate_limited'],
]

const ANTHROPIC: Readonly<Record<number, new (...args: never[]) => Error>> = {
  400: Anthropic.BadRequestError,
  401: Anthropic.AuthenticationError,
  403: Anthropic.PermissionDeniedError,
  422: Anthropic.UnprocessableEntityError,
  429: Anthropic.RateLimitError,
}
const TYPES: Readonly<Record<number, string>> = {
  400: 'invalid_request_error',
  401: 'authentication_error',
  403: 'permission_error',
  422: 'invalid_request_error',
  429: 'rate_limit_error',
}

describe.each(REFUSALS)('%s', (_, limits, model, status, code) => {
  const messages = [{ role: 'user' as const, content: 'Hi' }]
  const secretFor = async (app: App) => (limits === undefined ? 'sk-nobody' : (await app.key(limits)).secret)

  test('is a typed error of Anthropic’s SDK', async () => {
    const app = await setup()
    const client = new Anthropic({ baseURL: app.url, apiKey: await secretFor(app), maxRetries: 0 })
    const error = await client.messages.create({ model, max_tokens: 10, messages }).catch((cause) => cause)
    expect(error).toBeInstanceOf(ANTHROPIC[status])
    expect(error.error).toMatchObject({ type: 'error', error: { type: TYPES[status] } })
    expect(error.error.error.message).toMatch(/\w+ \w+/)
    expect(error.message).toContain(error.error.error.message.slice(0, 20))
    expect(error.requestID).toBe(error.headers.get('x-litellm-call-id'))
    expect(error.headers.get('x-litellm-error-code')).toBe(code)
    const counting = client.messages.countTokens({ model, messages }).catch((cause) => cause)
    // Counting is held to no budget and no limit.
    if (status < 422) expect(await counting).toBeInstanceOf(ANTHROPIC[status])
  })

  test('is an error of Google’s SDK with a status of Google’s', async () => {
    const app = await setup()
    const client = new GoogleGenAI({ apiKey: await secretFor(app), httpOptions: { baseUrl: app.url } })
    const error = await client.models.generateContent({ model, contents: 'Hi' }).catch((cause) => cause)
    expect(error).toBeInstanceOf(ApiError)
    expect(error.status).toBe(status)
    expect(JSON.parse(error.message).error).toMatchObject({ code: status, status: expect.stringMatching(/^[A-Z_]+$/) })
  })

  test('is what it was for OpenAI’s SDK', async () => {
    const app = await setup()
    const client = new OpenAI({ baseURL: `${app.url}/v1`, apiKey: await secretFor(app), maxRetries: 0 })
    const error = await client.chat.completions.create({ model, messages }).catch((cause) => cause)
    expect(error).toMatchObject({ status, code: String(status) })
    expect(error.headers.get('x-litellm-error-code')).toBe(code)
  })
})

test('the client’s own name of the request comes back, unless it is none', async () => {
  const app = await setup()
  const ask = async (name: string) => {
    const headers = { 'x-api-key': 'sk-nobody', 'x-request-id': name }
    return (await fetch(`${app.url}/v1/messages`, { method: 'POST', headers, body: '{' })).json() as Promise<{
      request_id: string
    }>
  }
  expect(await ask('mine-1')).toMatchObject({ type: 'error', request_id: 'mine-1' })
  expect((await ask('x'.repeat(200))).request_id).toMatch(/^[0-9a-f-]{36}$/)
})
