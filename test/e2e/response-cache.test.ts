import { randomUUID } from 'node:crypto'
import { expect, test } from '@jest/globals'
import { Redis } from 'ioredis'
import { assertLedgerConsistent } from '../../src/testing/index.ts'
import { defaultModels, startApp } from '../support/app.ts'
import { cleanups } from '../support/cleanups.ts'
import { until } from '../support/until.ts'
import { chatCompletion, chatEvents, type Script, sendJson, startUpstream } from '../support/upstream.ts'

const redisUrl = process.env.TEST_REDIS_URL

const chatAnswer: Script = (res, { body }) => {
  const { stream, stream_options: options } = JSON.parse(body.toString())
  if (!stream) return sendJson(res, 200, chatCompletion({ content: 'Hello wörld' }))
  res.writeHead(200, { 'content-type': 'text/event-stream' })
  res.end(chatEvents({ words: ['Hel', 'lo ', 'wörld'], usage: options?.include_usage === true }).join(''))
}

interface Setup {
  readonly script?: Script
  readonly params?: object
  readonly settings?: object
  readonly models?: (url: string) => readonly object[]
  readonly options?: object
}

/** A gateway with a cache in memory, unless `params` say another. */
async function setup({ script = chatAnswer, params = {}, settings = {}, models = defaultModels, options }: Setup = {}) {
  const upstream = await startUpstream(script)
  cleanups.push(upstream.close)
  const cache_params = { type: 'local', namespace: `t-${randomUUID()}`, ...params }
  const litellm_settings = { cache: true, cache_params, ...settings }
  const config = { model_list: models(upstream.url), litellm_settings }
  const app = await startApp({ upstream: upstream.url, options: { config, ...options } })
  cleanups.push(app.close)
  const { secret, hashedToken } = await app.key()
  const chat = (body: object = {}, headers?: Record<string, string>, by = secret) =>
    app.post(
      '/v1/chat/completions',
      by,
      { model: 'gpt-4o', messages: [{ role: 'user', content: 'hi' }], ...body },
      headers,
    )
  /** Until so many answers are stored. */
  const stored = (count: number) => until(() => app.gateway.cache!.gauges().stored === count)
  return { upstream, app, chat, stored, secret, hashedToken, namespace: cache_params.namespace }
}

test('an equal call is answered from the cache, and costs nothing', async () => {
  const { upstream, app, chat, stored, hashedToken } = await setup()
  const first = await chat()
  const answer = await first.text()
  expect(first.headers.get('x-litellm-cache-key')).toBeNull()
  await stored(1)
  const second = await chat()
  expect(await second.text()).toBe(answer)
  expect(second.headers.get('x-litellm-cache-key')).toMatch(/^t-[\w-]+:[0-9a-f]{64}$/)
  expect(second.headers.get('x-litellm-response-cost')).toBe('5e-05')
  expect(second.headers.get('x-litellm-model-group')).toBe('gpt-4o')
  expect(upstream.requests.length).toBe(1)

  const [made, hit] = await app.rows()
  expect(made).toMatchObject({ request_id: 'chatcmpl-1', cache_hit: 'None', spend: 5e-5, total_tokens: 30 })
  expect(hit).toMatchObject({ cache_hit: 'True', spend: 0, total_tokens: 30, prompt_tokens: 10, status: 'success' })
  expect(hit!.request_id).toMatch(/^chatcmpl-1_cache_hit\d+\.\d+$/)
  expect(hit!.cache_key).toBe(second.headers.get('x-litellm-cache-key'))
  expect(made!.cache_key).toBe(hit!.cache_key)
  expect(hit!.model_id).toBe(made!.model_id)
  expect(hit!.metadata.saved_cache_cost).toBe(5e-5)
  const [daily] = await app.sql`select api_requests, spend from "LiteLLM_DailyUserSpend" where api_key = ${hashedToken}`
  expect({ ...daily, api_requests: Number(daily!.api_requests) }).toEqual({ api_requests: 2, spend: 5e-5 })
  const [key] = await app.sql`select spend from "LiteLLM_VerificationToken" where token = ${hashedToken}`
  expect(key!.spend).toBe(5e-5)
  await assertLedgerConsistent(app.sql)
})

test('a stream is stored whole, and told again as a stream', async () => {
  const { upstream, app, chat, stored } = await setup()
  const asked = { stream: true, stream_options: { include_usage: true } }
  await (await chat(asked)).text()
  await stored(1)
  const again = await chat(asked)
  expect(again.headers.get('content-type')).toMatch('text/event-stream')
  const events = (await again.text()).split('\n\n').filter(Boolean)
  expect(events.at(-1)).toBe('data: [DONE]')
  const chunks = events.slice(0, -1).map((event) => JSON.parse(event.slice(6)))
  expect(chunks.map(({ choices: [choice] }) => choice?.delta)).toEqual([
    { role: 'assistant', content: 'Hello ' },
    { content: 'wörld' },
    {},
    undefined,
  ])
  expect(chunks.at(-2).choices[0].finish_reason).toBe('stop')
  expect(chunks.at(-1).usage).toMatchObject({ prompt_tokens: 10, completion_tokens: 20 })
  // Without asking for usage it is the same entry.
  const silent = await (await chat({ stream: true })).text()
  expect(silent).not.toContain('"usage"')
  expect(upstream.requests.length).toBe(1)
  const rows = await app.rows()
  expect(rows.map(({ cache_hit, spend, total_tokens }) => [cache_hit, spend, total_tokens])).toEqual([
    ['False', 5e-5, 30],
    ['True', 0, 30],
    ['True', 0, 30],
  ])
})

test('a stream that did not ask for usage is stored with it', async () => {
  const { upstream, chat, stored } = await setup()
  await (await chat({ stream: true })).text()
  await stored(1)
  const told = await (await chat({ stream: true, stream_options: { include_usage: true } })).text()
  expect(told).toContain('"prompt_tokens":10')
  expect(upstream.requests.length).toBe(1)
})

test('a key whose budget is spent is refused, and served nothing', async () => {
  const { app, chat, stored } = await setup()
  await (await chat()).text()
  await stored(1)
  const spent = await app.key({ spend: 2, max_budget: 1 })
  expect((await chat({}, {}, spent.secret)).status).toBe(422)
  const other = await app.key({ models: ['embed'] })
  expect((await chat({}, {}, other.secret)).status).toBe(403)
})

test('a hit counts for the limits of its key', async () => {
  const { app, chat, stored } = await setup()
  await (await chat()).text()
  await stored(1)
  const { secret } = await app.key({ rpm_limit: 2 })
  const statuses = []
  for (let call = 0; call < 3; call++) statuses.push((await chat({}, {}, secret)).status)
  expect(statuses).toEqual([200, 200, 429])
})

test.each([
  ['an error', (res) => sendJson(res, 500, { error: { message: 'no' } })],
  ['an error that says 200', (res) => sendJson(res, 200, { error: { message: 'no' } })],
  ['an answer without choices', (res) => sendJson(res, 200, { ...chatCompletion(), choices: [] })],
  ['an empty answer', (res) => sendJson(res, 200, chatCompletion({ content: '' }))],
] satisfies [string, Script][])('%s is not stored', async (_, script) => {
  const { upstream, app, chat } = await setup({ script, options: { reserve: 'off' } })
  await (await chat()).text()
  const before = upstream.requests.length
  await (await chat()).text()
  expect(upstream.requests.length).toBeGreaterThan(before)
  expect(app.gateway.cache!.gauges()).toMatchObject({ stored: 0, hits: 0 })
})

test('a stream that is cut is not stored', async () => {
  const events = chatEvents({ usage: false })
  const script: Script = (res) => {
    res.writeHead(200, { 'content-type': 'text/event-stream' })
    res.write(events.slice(0, 2).join(''), () => res.destroy())
  }
  const { upstream, app, chat } = await setup({ script })
  for (let call = 0; call < 2; call++) await (await chat({ stream: true })).text().catch(() => {})
  expect(upstream.requests.length).toBe(2)
  expect(app.gateway.cache!.gauges()).toMatchObject({ stored: 0, hits: 0 })
})

test('without the setting every call is made', async () => {
  const { upstream, app, chat } = await setup({ settings: { cache: false } })
  for (let call = 0; call < 2; call++) await (await chat()).text()
  expect(upstream.requests.length).toBe(2)
  expect(app.gateway.cache).toBeUndefined()
  expect((await app.rows()).map(({ cache_key }) => cache_key)).toEqual(['Cache OFF', 'Cache OFF'])
})

if (redisUrl) {
  const ofRedis = { type: 'redis', url: redisUrl, ttl: 600 }

  test('an entry in Redis is as LiteLLM writes it, and lapses', async () => {
    const { chat, stored, namespace } = await setup({ params: ofRedis })
    const redis = new Redis(redisUrl)
    cleanups.push(async () => redis.disconnect())
    const answer = await (await chat()).text()
    await stored(1)
    const [key] = await redis.keys(`${namespace}:*`)
    const value = await redis.get(key!)
    expect(value).toMatch(/^\{"timestamp": \d{10}\.\d+, "response": "\{[\x20-\x7e]+\}"\}$/)
    expect(JSON.parse(JSON.parse(value!).response)).toEqual(JSON.parse(answer))
    expect(await redis.ttl(key!)).toBeGreaterThan(590)
  })

  test('two gateways on one Redis share what they have stored', async () => {
    const params = { ...ofRedis, namespace: `t-${randomUUID()}` }
    const [one, two] = [await setup({ params }), await setup({ params })]
    await (await one.chat()).text()
    await one.stored(1)
    expect((await two.chat()).headers.get('x-litellm-cache-key')).toContain(params.namespace)
    expect(two.upstream.requests.length).toBe(0)
  })
}
