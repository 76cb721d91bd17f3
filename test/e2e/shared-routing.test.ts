import { randomUUID } from 'node:crypto'
import { setTimeout as sleep } from 'node:timers/promises'
import { expect, test } from '@jest/globals'
import { Redis } from 'ioredis'
import { startApp } from '../support/app.ts'
import { cleanups } from '../support/cleanups.ts'
import { chatCompletion, type Script, sendJson, startUpstream } from '../support/upstream.ts'

const answer: Script = (res) => sendJson(res, 200, chatCompletion({ id: '' }))
const url = process.env.TEST_REDIS_URL
/** Between two exchanges of a gateway. */
const EXCHANGE_MS = 100

/** Two gateways, each with a database of its own, that have nothing in common but their deployments and a Redis. */
async function setup(first: Script, router_settings: object = {}) {
  const [one, two] = [await startUpstream(first), await startUpstream(answer)]
  cleanups.push(one.close, two.close)
  const run = randomUUID()
  const model = (api_base: string, name: string) => ({
    model_name: 'main',
    litellm_params: { model: 'openai/gpt-4o', api_base, api_key: 'k' },
    model_info: { id: `${run}-${name}` },
  })
  const config = {
    model_list: [model(one.url, 'one'), model(two.url, 'two')],
    router_settings: { num_retries: 0, ...router_settings, ...(url ? { redis_url: url } : {}) },
  }
  const gateways = await Promise.all([1, 2].map(() => startApp({ upstream: '', options: { config } })))
  const chats = []
  for (const app of gateways) {
    cleanups.push(app.close)
    const { secret } = await app.key()
    chats.push(async (body: object = {}) => {
      const response = await app.post('/v1/chat/completions', secret, { model: 'main', messages: [], ...body })
      await response.text()
      return response
    })
  }
  /** Both have exchanged several times: each did so by timers of this process, and Redis has answered what came before. */
  const settled = async () => {
    const redis = new Redis(url!)
    for (let round = 0; round < 4; round++) {
      await sleep(2 * EXCHANGE_MS)
      await redis.ping()
    }
    redis.disconnect()
  }
  return { one, two, a: chats[0]!, b: chats[1]!, settled }
}

if (url) {
  test('what one gateway has seen fail cools down for the other', async () => {
    const script: Script = (res) => sendJson(res, 429, { error: { message: 'slow down' } })
    const { one, a, b, settled } = await setup(script, { cooldown_time: 60 })
    // Each learns of the keys by asking.
    while (one.requests.length === 0) await a()
    await settled()
    await b()
    await settled()
    const before = one.requests.length
    const statuses = await Promise.all(Array.from({ length: 12 }, async () => (await b()).status))
    expect(statuses).toEqual(Array(12).fill(200))
    expect(one.requests.length).toBe(before)
  })

  test('least-busy counts what is under way through both', async () => {
    const held: (() => void)[] = []
    let holds = false
    const script: Script = (res, request) => {
      if (holds) held.push(() => answer(res, request))
      else answer(res, request)
    }
    const { one, a, b, settled } = await setup(script, { routing_strategy: 'least-busy' })
    // Each learns of the keys by asking.
    for (const chat of [a, b]) await chat()
    holds = true
    const calls = [a(), a(), a(), a()]
    while (held.length === 0) await new Promise(setImmediate)
    await settled()
    const before = one.requests.length
    for (let n = 0; n < 6; n++) expect((await b()).status).toBe(200)
    expect(one.requests.length).toBe(before)
    for (const finish of held) finish()
    await Promise.all(calls)
  })
} else {
  test('without a Redis each gateway routes by itself', async () => {
    process.stderr.write('No Redis: what routers share through it was not tested.\n')
    const { a, b } = await setup(answer)
    expect([(await a()).status, (await b()).status]).toEqual([200, 200])
  })
}
