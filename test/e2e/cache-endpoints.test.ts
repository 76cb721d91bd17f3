import { randomUUID } from 'node:crypto'
import { expect, test } from '@jest/globals'
import { Redis } from 'ioredis'
import { MASTER_KEY, startApp } from '../support/app.ts'
import { cleanups } from '../support/cleanups.ts'
import { until } from '../support/until.ts'
import { chatCompletion, sendJson, startUpstream } from '../support/upstream.ts'

const redisUrl = process.env.TEST_REDIS_URL

async function setup(cache_params: object | undefined) {
  const upstream = await startUpstream((res) => sendJson(res, 200, chatCompletion()))
  cleanups.push(upstream.close)
  const model = { model: 'openai/gpt-4o', api_base: upstream.url, api_key: 'k' }
  const litellm_settings = cache_params ? { cache: true, cache_params } : {}
  const config = { model_list: [{ model_name: 'm', litellm_params: model }], litellm_settings }
  const app = await startApp({ upstream: '', options: { config } })
  cleanups.push(app.close)
  const send = async (method: string, path: string, body?: object, secret = MASTER_KEY) => {
    const headers = { authorization: `Bearer ${secret}`, 'content-type': 'application/json' }
    const response = await fetch(app.url + path, { method, headers, ...(body && { body: JSON.stringify(body) }) })
    return [response.status, (await response.json()) as Record<string, any>] as const
  }
  const chat = async (content: string) => {
    const response = await app.post('/v1/chat/completions', MASTER_KEY, {
      model: 'm',
      messages: [{ role: 'user', content }],
    })
    await response.text()
    return response.headers.get('x-litellm-cache-key')
  }
  return { upstream, app, send, chat }
}

test('without a cache the endpoints say so', async () => {
  const { send } = await setup(undefined)
  const [status, { error }] = await send('GET', '/cache/ping')
  expect([status, error.type, error.param, error.code]).toEqual([503, 'cache_ping_error', 'cache_ping', '503'])
  expect(JSON.parse(error.message)).toEqual({
    message: 'Cache not initialized. litellm.cache is None',
    litellm_cache_params: '{}',
    health_check_cache_params: '{}',
  })
  const none = 'Cache not initialized. litellm.cache is None'
  expect(await send('POST', '/cache/delete', { keys: [] })).toEqual([
    500,
    { detail: `Cache Delete Failed(503: ${none})` },
  ])
  expect(await send('POST', '/cache/flushall')).toEqual([503, { detail: `Service Unhealthy (503: ${none})` }])
  expect(await send('GET', '/cache/redis/info')).toEqual([503, { detail: `Service Unhealthy (503: ${none})` }])
})

test('a virtual key is refused', async () => {
  const { app, send } = await setup({ type: 'local' })
  const { secret } = await app.key()
  for (const path of ['/cache/ping', '/cache/redis/info', '/cache/settings']) {
    expect((await send('GET', path, undefined, secret))[0]).toBe(401)
  }
  for (const path of ['/cache/delete', '/cache/flushall']) expect((await send('POST', path, {}, secret))[0]).toBe(401)
})

test('a cache in memory is healthy, and can be emptied', async () => {
  const { upstream, app, send, chat } = await setup({ type: 'local', ttl: 60 })
  const [status, { litellm_cache_params: params, ...health }] = await send('GET', '/cache/ping')
  expect([status, health]).toEqual([200, { status: 'healthy', cache_type: 'local' }])
  expect(JSON.parse(params)).toMatchObject({ type: 'local', ttl: 60, max_messages: 4, mode: 'default_on' })
  await chat('a')
  await until(() => app.gateway.cache!.gauges().stored === 1)
  const key = await chat('a')
  expect(await send('POST', '/cache/delete', { keys: [key] })).toEqual([200, { status: 'success' }])
  await chat('a')
  expect(upstream.requests.length).toBe(2)
  expect(await send('POST', '/cache/flushall')).toEqual([200, { status: 'success' }])
  await chat('a')
  expect(upstream.requests.length).toBe(3)
  expect((await send('POST', '/cache/delete', { keys: 'x' }))[0]).toBe(400)
  expect((await send('GET', '/cache/redis/info'))[1]).toEqual({
    detail: 'Service Unhealthy (500: Cache type local does not support redis info)',
  })
  expect((await send('GET', '/health/readiness/details'))[1].cache).toMatchObject({ type: 'local', state: 'connected' })
})

if (redisUrl) {
  test('a cache in Redis is pinged by a write, and emptied below its namespace alone', async () => {
    const namespace = `t-${randomUUID()}`
    const { app, send, chat } = await setup({ type: 'redis', url: redisUrl, namespace, ttl: 600 })
    const redis = new Redis(redisUrl)
    cleanups.push(async () => redis.disconnect())
    const [status, health] = await send('GET', '/cache/ping')
    expect(status).toBe(200)
    expect(health).toMatchObject({
      ...{ status: 'healthy', cache_type: 'redis', ping_response: true, set_cache_response: 'success' },
      health_check_cache_params: { host: 'None', port: 'None', namespace, redis_version: expect.stringMatching(/^\d/) },
    })
    const pinged = `${namespace}:86d4ac816220d30f86882fe349625d1b1a9a2b7b4821e2ae1c9e5ee050c5896a`
    expect(JSON.parse((await redis.get(pinged))!)).toMatchObject({ response: 'test_key' })
    await chat('a')
    await until(() => app.gateway.cache!.gauges().stored === 1)
    // What counts rates, and what is another's.
    const others = [`${namespace}:{api_key:x}:tokens`, `other-${namespace}:${'0'.repeat(64)}`]
    for (const key of others) await redis.set(key, '1', 'EX', 60)
    expect(await send('POST', '/cache/flushall')).toEqual([200, { status: 'success' }])
    expect((await redis.keys(`*${namespace}*`)).sort()).toEqual(others.sort())
    const [, { num_clients: count, clients, info }] = await send('GET', '/cache/redis/info')
    expect(clients.length).toBe(count)
    expect(info).toMatchObject({ redis_version: expect.any(String), used_memory: expect.any(Number) })
  })
}
