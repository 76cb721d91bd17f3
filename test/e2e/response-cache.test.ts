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

test.each([
  ['no-cache looks nothing up, and stores', { cache: { 'no-cache': true } }, 2, 2],
  ['caching: false does the same', { caching: false }, 2, 2],
  ['no-store looks up', { cache: { 'no-store': true } }, 1, 1],
  ['s-maxage: 0 takes nothing old', { cache: { 's-maxage': 0 } }, 2, 2],
  ['another namespace is another cache', { cache: { namespace: 'other' } }, 2, 2],
  ['a control that says nothing changes nothing', { cache: {} }, 1, 1],
] as const)('%s', async (_, more, made, kept) => {
  const { upstream, app, chat, stored } = await setup()
  await (await chat()).text()
  await stored(1)
  await (await chat(more)).text()
  expect(upstream.requests.length).toBe(made)
  await until(() => app.gateway.cache!.gauges().stored === kept)
})

test('no-store stores nothing', async () => {
  const { upstream, app, chat } = await setup()
  for (let call = 0; call < 2; call++) await (await chat({ cache: { 'no-store': true } })).text()
  expect(upstream.requests.length).toBe(2)
  expect(app.gateway.cache!.gauges().stored).toBe(0)
})

test.each([{ cache: 'x' }, { cache: { ttl: 'soon' } }, { cache: { 's-maxage': -1 } }, { cache: { namespace: 1 } }])(
  'a control of a wrong type is refused by its name: %j',
  async (more) => {
    const { upstream, chat } = await setup()
    const response = await chat(more)
    expect(response.status).toBe(400)
    const { error } = (await response.json()) as { error: { message: string } }
    expect(error.message).toMatch(/^`cache(\.[\w-]+)?` must be /)
    expect(upstream.requests.length).toBe(0)
  },
)

test('a key may send only the controls that it is allowed', async () => {
  const { app, chat } = await setup()
  const { secret } = await app.key({ allowed_cache_controls: ['no-cache'] })
  expect((await chat({ cache: { 'no-cache': true } }, {}, secret)).status).toBe(200)
  expect((await chat({ cache: { 'no-store': true } }, {}, secret)).status).toBe(403)
})

test('with `default_off` only calls that ask for it are cached', async () => {
  const { upstream, chat, stored } = await setup({ params: { mode: 'default_off' } })
  for (let call = 0; call < 2; call++) await (await chat()).text()
  expect(upstream.requests.length).toBe(2)
  await (await chat({ cache: { 'use-cache': true } })).text()
  await stored(1)
  await (await chat({ cache: { 'use-cache': true } })).text()
  expect(upstream.requests.length).toBe(3)
})

test('longer conversations than `max_messages` are neither looked up nor stored', async () => {
  const { upstream, app, chat, stored } = await setup({ params: { max_messages: 2 } })
  const messages = (count: number) => ({ messages: Array(count).fill({ role: 'user', content: 'hi' }) })
  for (let call = 0; call < 2; call++) await (await chat(messages(3))).text()
  expect(upstream.requests.length).toBe(2)
  expect(app.gateway.cache!.gauges()).toMatchObject({ stored: 0, misses: 0 })
  await (await chat(messages(2))).text()
  await stored(1)
})

test('call types that are not named are not cached', async () => {
  const { upstream, chat } = await setup({ params: { supported_call_types: ['aembedding'] } })
  for (let call = 0; call < 2; call++) await (await chat()).text()
  expect(upstream.requests.length).toBe(2)
})

test('answers that are larger than `max_bytes` are not stored', async () => {
  const { upstream, chat } = await setup({ params: { max_bytes: 100 } })
  for (let call = 0; call < 2; call++) await (await chat()).text()
  expect(upstream.requests.length).toBe(2)
})

test.each([
  ['shared', 1],
  ['team', 2],
  ['key', 3],
])('with `scope: %s` three keys of two teams make %d calls', async (scope, made) => {
  const { upstream, app, chat } = await setup({ params: { scope } })
  for (const team_id of ['a', 'a', 'b']) {
    const { secret } = await app.key({ team_id })
    await (await chat({}, {}, secret)).text()
    await until(() => app.gateway.cache!.gauges().stored === upstream.requests.length)
  }
  expect(upstream.requests.length).toBe(made)
})

test('an answer that is out of date is served while one call renews it', async () => {
  const held: (() => void)[] = []
  let holds = false
  const script: Script = (res, request) =>
    holds ? held.push(() => chatAnswer(res, request)) : chatAnswer(res, request)
  // What is a second old is out of date.
  const { upstream, chat, stored } = await setup({ script, params: { ttl: 1, stale_while_revalidate: 600 } })
  await (await chat()).text()
  await stored(1)
  holds = true
  let renewal: Promise<Response> | undefined
  await until(async () => {
    renewal = chat()
    return (await Promise.race([renewal, until(() => held.length > 0)])) === undefined
  })
  const meanwhile = await chat()
  expect(meanwhile.headers.get('x-litellm-cache-key')).not.toBeNull()
  holds = false
  held[0]!()
  expect((await renewal!).headers.get('x-litellm-cache-key')).toBeNull()
  expect(upstream.requests.length).toBe(2)
  await stored(2)
})

test("what an address of the client's has answered is for nobody else", async () => {
  const { upstream, app, chat } = await setup({
    options: { mode: 'report' },
  })
  for (let call = 0; call < 2; call++) await (await chat({ api_key: 'sk-own' })).text()
  expect(upstream.requests.length).toBe(2)
  expect(app.gateway.cache!.gauges()).toMatchObject({ hits: 0, misses: 0, stored: 0 })
})

test('a call that names a resource of somebody is not cached', async () => {
  const { app, secret } = await setup()
  const body = { model: 'gpt-4o', input: 'x', previous_response_id: 'resp_1' }
  await (await app.post('/v1/responses', secret, body)).text()
  expect(app.gateway.cache!.gauges()).toMatchObject({ hits: 0, misses: 0 })
})

test("a store of one's own keeps answers, and may fail", async () => {
  const kept = new Map<string, string>()
  let fails = false
  const guard = <T>(value: T) => (fails ? Promise.reject(new Error('no')) : Promise.resolve(value))
  const cacheStore = {
    get: (key: string) => guard(kept.get(key)),
    set: (key: string, value: string) => guard(void kept.set(key, value)),
    delete: (keys: readonly string[]) => guard(void keys.map((key) => kept.delete(key))),
  }
  const { upstream, app, chat, stored } = await setup({ settings: { cache: undefined }, options: { cacheStore } })
  await (await chat()).text()
  await stored(1)
  expect((await chat()).headers.get('x-litellm-cache-key')).not.toBeNull()
  const told: string[] = []
  for (const name of ['cache:away', 'cache:back'] as const) app.gateway.events.on(name, () => told.push(name))
  fails = true
  for (let call = 0; call < 3; call++) expect((await chat()).status).toBe(200)
  expect(told).toEqual(['cache:away'])
  expect(upstream.requests.length).toBe(4)
  expect(app.gateway.cache!.gauges().state).toBe('away')
  fails = false
  await until(() => told.length === 2)
  expect((await chat()).headers.get('x-litellm-cache-key')).not.toBeNull()
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
    // The provider's name of the model, which each client is told as its own.
    expect(JSON.parse(JSON.parse(value!).response)).toEqual({ ...JSON.parse(answer), model: 'gpt-4o-2024-08-06' })
    expect(JSON.parse(answer).model).toBe('gpt-4o')
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
