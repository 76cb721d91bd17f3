import { expect, test } from '@jest/globals'
import type { LiteLLMOptions } from '../../src/index.ts'
import { defaultModels, MASTER_KEY, startApp } from '../support/app.ts'
import { cleanups } from '../support/cleanups.ts'
import { chatCompletion, sendJson, startUpstream } from '../support/upstream.ts'

/** Each call uses 60 tokens. */
async function setup() {
  const upstream = await startUpstream((res) =>
    sendJson(res, 200, chatCompletion({ id: '', prompt: 10, completion: 50 })),
  )
  cleanups.push(upstream.close)
  const serve = async (litellm_settings: object, more: LiteLLMOptions = {}) => {
    const config = { model_list: defaultModels(upstream.url), litellm_settings }
    const app = await startApp({ upstream: upstream.url, options: { config, ...more } })
    cleanups.push(app.close)
    const chat = async (secret: string, body: object = {}) => {
      const call = { model: 'gpt-4o', messages: [], max_tokens: 50, ...body }
      const answer = await app.post('/v1/chat/completions', secret, call)
      return { status: answer.status, headers: answer.headers, text: await answer.text() }
    }
    return { ...app, chat }
  }
  return { serve, upstream }
}

test('rpm of litellm_settings holds all keys together, with limits of their own or without', async () => {
  const { serve, upstream } = await setup()
  const { chat, key } = await serve({ rpm: 4 })
  const [plain, limited] = [await key(), await key({ rpm_limit: 100 })]
  const first = await chat(plain.secret)
  expect([first.status, first.headers.get('x-ratelimit-gateway-remaining-requests')]).toEqual([200, '3'])
  expect((await chat(limited.secret)).status).toBe(200)
  expect((await chat(MASTER_KEY)).status).toBe(200)
  expect((await chat(plain.secret, { user: 'an end user' })).status).toBe(200)
  for (const secret of [plain.secret, limited.secret, MASTER_KEY]) {
    const { status, headers, text } = await chat(secret)
    expect(status).toBe(429)
    expect(text).toContain(
      'Rate limit exceeded for gateway: all. Limit type: requests. Current limit: 4, Remaining: 0.',
    )
    expect(Number(headers.get('retry-after'))).toBeGreaterThan(0)
  }
  expect(upstream.requests).toHaveLength(4)
})

test('tpm of litellm_settings holds what all keys use together', async () => {
  const { serve } = await setup()
  const { chat, key } = await serve({ tpm: 100 })
  const [one, other] = [await key(), await key()]
  expect((await chat(one.secret)).status).toBe(200)
  expect((await chat(other.secret)).status).toBe(200)
  const text = expect.stringContaining('for gateway: all. Limit type: tokens. Current limit: 100, Remaining: 0.')
  for (const { secret } of [one, other]) expect(await chat(secret)).toMatchObject({ status: 429, text })
})

test('what a limit of a key refuses, and what is no call, counts for nothing', async () => {
  const { serve } = await setup()
  const { chat, key, url } = await serve({ rpm: 2 })
  const [limited, plain] = [await key({ rpm_limit: 1 }), await key()]
  expect((await chat(limited.secret)).status).toBe(200)
  const refused = await chat(limited.secret)
  expect(refused).toMatchObject({ status: 429, text: expect.stringContaining('for api_key') })
  for (const path of ['/v1/models', '/key/info', '/health/liveliness']) {
    const answer = await fetch(url + path, { headers: { authorization: `Bearer ${plain.secret}` } })
    expect([path, answer.status]).toEqual([path, 200])
    await answer.arrayBuffer()
  }
  expect((await chat(plain.secret)).status).toBe(200)
  expect((await chat(plain.secret)).status).toBe(429)
})

test('processes that share their limits share these', async () => {
  const { serve } = await setup()
  const one = await serve({ rpm: 2 }, { limitStore: 'postgres' })
  const other = await serve({ rpm: 2 }, { limitStore: 'postgres', databaseUrl: one.databaseUrl })
  expect((await one.chat(MASTER_KEY)).status).toBe(200)
  expect((await other.chat(MASTER_KEY)).status).toBe(200)
  expect((await one.chat(MASTER_KEY)).status).toBe(429)
  expect((await other.chat(MASTER_KEY)).status).toBe(429)
})

test('where nothing is refused, they are told', async () => {
  const { serve } = await setup()
  const { chat, gateway } = await serve({ rpm: 1 }, { mode: 'report' })
  const told: string[] = []
  gateway.events.on('key:report', ({ code }) => told.push(code))
  expect([(await chat(MASTER_KEY)).status, (await chat(MASTER_KEY)).status]).toEqual([200, 200])
  expect(told).toEqual(['rate_limited'])
})
