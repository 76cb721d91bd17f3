import { afterEach, expect, test } from '@jest/globals'
import { startApp } from '../../support/app.ts'
import { createKey } from '../../support/keys.ts'
import { chatCompletion, sendJson, startUpstream } from '../../support/upstream.ts'

const closers: (() => Promise<void>)[] = []
afterEach(async () => {
  for (const close of closers.splice(0).reverse()) await close()
})

/** Gateways of two processes, as far as limits can tell: each counts for itself, unless they share a Redis. */
async function setup(cache_params: object, options: object = {}) {
  const upstream = await startUpstream((res) => sendJson(res, 200, chatCompletion({ id: '' })))
  closers.push(upstream.close)
  const model = { model: 'openai/gpt-4o', api_base: upstream.url, api_key: 'k' }
  const config = { model_list: [{ model_name: 'gpt-4o', litellm_params: model }], litellm_settings: { cache_params } }
  const apps = [
    await startApp({ upstream: upstream.url, options: { config, ...options } }),
    await startApp({ upstream: upstream.url, options: { config, ...options } }),
  ]
  closers.push(...apps.map((app) => app.close))
  const key = await createKey(apps[0]!.sql, { rpm_limit: 3 })
  const columns = { token: key.hashedToken, models: [], rpm_limit: 3 }
  await apps[1]!.sql`insert into "LiteLLM_VerificationToken" ${apps[1]!.sql(columns)}`
  const chat = async (app: number) =>
    (await apps[app]!.post('/v1/chat/completions', key.secret, { model: 'gpt-4o', messages: [] })).status
  return { apps, chat }
}

const redisUrl = process.env.TEST_REDIS_URL
if (redisUrl) {
  test('two processes share one limit through Redis', async () => {
    const { chat } = await setup({ type: 'redis', url: redisUrl })
    expect([await chat(0), await chat(1), await chat(0), await chat(1), await chat(0)]).toEqual([
      200, 200, 200, 429, 429,
    ])
  })
} else {
  test('without a Redis: limits shared through Redis are not tested, those of one process are', async () => {
    process.stderr.write('No Redis: limits were tested within one process only, not through Redis.\n')
    const { chat } = await setup({ type: 'local' })
    expect([await chat(0), await chat(0), await chat(0), await chat(0)]).toEqual([200, 200, 200, 429])
    expect(await chat(1)).toBe(200)
  })
}

const AWAY = { type: 'redis', host: '127.0.0.1', port: 1 }

test('while Redis is away each process counts for itself, and says so', async () => {
  const { apps, chat } = await setup(AWAY)
  const told: unknown[] = []
  apps[0]!.gateway.events.on('limits:local', ({ error }) => told.push(error))
  expect([await chat(0), await chat(0), await chat(0), await chat(0), await chat(1)]).toEqual([200, 200, 200, 429, 200])
  expect(told).toHaveLength(1)
})

test('while Redis is away calls with limits are refused, where the operator wants it', async () => {
  const { chat } = await setup(AWAY, { passOnStoreError: false })
  expect(await chat(0)).toBe(503)
})
