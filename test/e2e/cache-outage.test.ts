import { expect, test } from '@jest/globals'
import { Redis } from 'ioredis'
import { assertLedgerConsistent } from '../../src/testing/index.ts'
import { defaultModels, startApp } from '../support/app.ts'
import { cleanups } from '../support/cleanups.ts'
import { startProgram } from '../support/test-redis.ts'
import { until } from '../support/until.ts'
import { chatCompletion, sendJson, startUpstream } from '../support/upstream.ts'

const SECRET_PROMPT = 'the-secret-of-the-prompt'

/** A gateway with a cache in a Redis of its own; `undefined` where this machine has none to start. */
async function setup() {
  const redis = await startProgram().catch(() => undefined)
  if (!redis) return undefined
  const port = Number(new URL(redis.url).port)
  const upstream = await startUpstream((res) => sendJson(res, 200, chatCompletion()))
  cleanups.push(upstream.close)
  const cache_params = { type: 'redis', url: redis.url, ttl: 600, namespace: 'n', socket_timeout: 0.5 }
  const config = { model_list: defaultModels(upstream.url), litellm_settings: { cache: true, cache_params } }
  const app = await startApp({ upstream: upstream.url, options: { config } })
  cleanups.push(app.close)
  const { secret, hashedToken } = await app.key()
  const told: string[] = []
  const errors: unknown[] = []
  app.gateway.events.on('cache:away', ({ error }) => {
    told.push('away')
    errors.push(error)
  })
  app.gateway.events.on('cache:back', () => void told.push('back'))
  app.gateway.events.on('cache:unwritten', ({ error }) => void errors.push(error))
  app.gateway.events.on('fault', ({ error }) => void errors.push(error))
  const chat = async (content: string) => {
    const response = await app.post('/v1/chat/completions', secret, {
      model: 'gpt-4o',
      messages: [{ role: 'user', content: `${SECRET_PROMPT} ${content}` }],
    })
    await response.text()
    return { status: response.status, isHit: response.headers.get('x-litellm-cache-key') !== null }
  }
  const stored = (count: number) => until(() => app.gateway.cache!.gauges().stored >= count)
  return { redis, port, upstream, app, chat, stored, told, errors, hashedToken }
}

async function processOf(url: string): Promise<number> {
  const redis = new Redis(url)
  const [, pid] = /^process_id:(\d+)/m.exec(await redis.info('server')) ?? []
  redis.disconnect()
  return Number(pid)
}

test('a Redis that is frozen costs one wait; then calls are made at once, until it is back', async () => {
  const found = await setup()
  if (!found) return
  const { redis, upstream, app, chat, stored, told } = found
  cleanups.push(redis.stop)
  await chat('a')
  await stored(1)
  expect((await chat('a')).isHit).toBe(true)
  const pid = await processOf(redis.url)
  process.kill(pid, 'SIGSTOP')
  cleanups.push(async () => void process.kill(pid, 'SIGCONT'))
  // It answers nobody now; only the first call waits for it.
  for (let call = 0; call < 20; call++) expect(await chat('a')).toEqual({ status: 200, isHit: false })
  expect(told).toEqual(['away'])
  expect(upstream.requests.length).toBe(21)
  const details = await fetch(`${app.url}/health/readiness/details`, {
    headers: { authorization: 'Bearer sk-master-of-the-tests' },
  })
  expect(details.status).toBe(200)
  expect(((await details.json()) as { cache: object }).cache).toMatchObject({ type: 'redis', state: 'away' })
  process.kill(pid, 'SIGCONT')
  await until(() => told.includes('back'))
  await until(async () => (await chat('a')).isHit)
})

test('a Redis that is flushed, stopped and started under load fails no call, and rows and counters stay equal', async () => {
  const found = await setup()
  if (!found) return
  const { port, upstream, app, chat, stored, told, errors, hashedToken } = found
  let server = found.redis
  let isOver = false
  let count = 0
  const statuses = new Set<number>()
  const client = async (name: number) => {
    for (let call = 0; !isOver; call++) {
      statuses.add((await chat(`${name % 3} ${call % 5}`)).status)
      count++
    }
  }
  const load = Promise.all(Array.from({ length: 8 }, (_, name) => client(name)))
  await stored(10)
  const other = new Redis(server.url)
  await other.flushall()
  other.disconnect()
  await stored(20)
  await server.stop()
  await until(() => told.at(-1) === 'away')
  const before = count
  await until(() => count > before + 50)
  server = await startProgram(port)
  cleanups.push(() => server.stop())
  await until(() => told.at(-1) === 'back')
  await stored(30)
  isOver = true
  await load
  expect([...statuses]).toEqual([200])
  const rows = await app.rows()
  expect(rows.length).toBe(count)
  const made = rows.filter(({ cache_hit }) => cache_hit !== 'True')
  expect(made.length).toBe(upstream.requests.length)
  const [key] = await app.sql`select spend from "LiteLLM_VerificationToken" where token = ${hashedToken}`
  expect(key!.spend).toBeCloseTo(made.length * 5e-5, 9)
  await assertLedgerConsistent(app.sql)
  // Neither prompts nor answers are told.
  expect(JSON.stringify(errors.map((error) => [String(error), error]))).not.toMatch(/the-secret|chatcmpl/)
})

test('a gateway starts without its Redis, and uses it when it comes', async () => {
  const found = await setup()
  if (!found) return
  const { port, chat, told, redis, stored } = found
  await redis.stop()
  expect((await chat('a')).status).toBe(200)
  await until(() => told.includes('away'))
  const server = await startProgram(port)
  cleanups.push(server.stop)
  await until(() => told.includes('back'))
  await until(async () => {
    await chat('a')
    return found.app.gateway.cache!.gauges().stored > 0
  })
  await stored(1)
  expect((await chat('a')).isHit).toBe(true)
})
