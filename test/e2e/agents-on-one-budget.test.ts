import { setTimeout as sleep } from 'node:timers/promises'
import { describe, expect, test } from '@jest/globals'
import { startApp, type TestAppOptions } from '../support/app.ts'
import { cleanups } from '../support/cleanups.ts'
import { until } from '../support/until.ts'
import { chatCompletion, chatEvents, type Script, sendJson, startUpstream } from '../support/upstream.ts'

const LIMIT = 32_000
/** Of one output token: a call that uses its whole limit costs 0.32 dollars. */
const PRICE = 1e-5
/** What the longest answer costs. */
const LONGEST = 500
const BUDGET = 1
/**
 * For runs that use a budget to its end. A row that is read again while a batch is written may count that batch twice, for
 * as long as it is cached; and a call of a busy machine may wait for long. Neither happens within an hour.
 */
const PATIENT = { reserveWait: '1h', authCacheTtl: '1h' }

async function setup(script: Script, options: TestAppOptions['options'] = {}) {
  const upstream = await startUpstream(script)
  cleanups.push(upstream.close)
  const prices = { input_cost_per_token: 0, output_cost_per_token: PRICE }
  const model = { model: 'openai/gpt-4o', api_base: upstream.url, api_key: 'k', ...prices }
  const app = await startApp({
    upstream: upstream.url,
    models: [{ model_name: 'gpt-4o', litellm_params: model }],
    options,
  })
  cleanups.push(app.close)
  const chat = (secret: string, body: object = {}) =>
    app.post('/v1/chat/completions', secret, {
      ...{ model: 'gpt-4o', messages: [{ role: 'user', content: 'a' }], max_tokens: LIMIT },
      ...body,
    })
  return { app, chat, upstream }
}

/** 100 to 500 tokens, in a fixed order that has no pattern. */
function answers(): Script {
  let count = 0
  return async (res, { body }) => {
    const tokens = 100 + ((count++ * 7_919) % (LONGEST - 100))
    await sleep(20)
    const { stream } = JSON.parse(body.toString())
    if (!stream) return sendJson(res, 200, chatCompletion({ id: '', prompt: 1, completion: tokens }))
    res.writeHead(200, { 'content-type': 'text/event-stream' })
    const words = Array.from({ length: tokens / 4 }, () => 'four words of text ')
    for (const event of chatEvents({ id: '', words, prompt: 1, completion: tokens })) res.write(event)
    res.end()
  }
}

const spendIn = (message: string) => Number(/Current cost: ([\d.]+)/.exec(message)![1])

describe.each([
  ['memory', 'greatest'],
  ['memory', 'expected'],
  ['postgres', 'greatest'],
  ['postgres', 'expected'],
] as const)(
  '200 agents with a limit of 32,000 tokens on one dollar (reserve: %s, reserveCost: %s)',
  (reserve, reserveCost) => {
    test.each([false, true])(
      'use 95 %% of it before the first 422, and overshoot by less than one call (stream: %s)',
      async (stream) => {
        const { app, chat } = await setup(answers(), { reserve, reserveCost, ...PATIENT })
        const key = await app.key({ max_budget: BUDGET })
        const refusals: string[] = []
        const agent = async () => {
          for (;;) {
            const answer = await chat(key.secret, { stream })
            const text = await answer.text()
            if (answer.status === 200) continue
            expect([answer.status, text]).toEqual([422, expect.stringContaining('budget_exceeded')])
            return void refusals.push(JSON.parse(text).error.message)
          }
        }
        await Promise.all(Array.from({ length: 200 }, agent))
        expect(spendIn(refusals[0]!)).toBeGreaterThanOrEqual(0.95 * BUDGET)
        await app.gateway.flush()
        const [row] = await app.sql`select spend from "LiteLLM_VerificationToken" where token = ${key.hashedToken}`
        expect(row!.spend).toBeGreaterThanOrEqual(BUDGET)
        expect(row!.spend).toBeLessThan(BUDGET + LONGEST * PRICE)
      },
    )
  },
)

/** Answers that wait to be released, each with ten tokens. */
function held() {
  const waiting: (() => void)[] = []
  const script: Script = (res) => {
    waiting.push(() => sendJson(res, 200, chatCompletion({ id: '', prompt: 1, completion: 10 })))
  }
  return { script, waiting, release: () => waiting.shift()!() }
}

describe.each(['memory', 'postgres'] as const)('a budget that running calls have reserved (reserve: %s)', (reserve) => {
  test('the 422 says what is spent and what is reserved apart', async () => {
    const { script, waiting, release } = held()
    const { app, chat } = await setup(script, { reserve, reserveWait: '0s' })
    const { secret } = await app.key({ max_budget: 1, spend: 0.25 })
    const running = [chat(secret), chat(secret)]
    await until(() => waiting.length === 2)
    const answer = await chat(secret)
    expect([answer.status, answer.headers.get('retry-after')]).toEqual([422, '1'])
    const { error } = (await answer.json()) as { error: { type: string; message: string } }
    expect(error.type).toBe('budget_exceeded')
    expect(error.message).toContain(
      'Current cost: 0.25, Max budget: 1.0. Reserved by 2 running calls: 0.64. This call needs 0.32: ',
    )
    release()
    release()
    await Promise.all(running)
  })

  test('a call waits until there is room, and is refused at once when all is spent', async () => {
    const { script, waiting, release } = held()
    const { app, chat } = await setup(script, { reserve })
    const { secret } = await app.key({ max_budget: 0.4 })
    const first = chat(secret)
    await until(() => waiting.length === 1)
    const second = chat(secret)
    release()
    expect((await first).status).toBe(200)
    await until(() => waiting.length === 1)
    release()
    expect((await second).status).toBe(200)
    const { secret: spent } = await app.key({ max_budget: 0.4, spend: 0.4 })
    const { error } = (await (await chat(spent)).json()) as { error: { message: string } }
    expect(error.message).toMatch(/Current cost: 0\.4, Max budget: 0\.4$/)
  })

  test('a client that leaves while it waits takes nothing, and leaves nothing behind', async () => {
    const { script, waiting, release } = held()
    const { app, chat, upstream } = await setup(script, { reserve })
    const { secret } = await app.key({ max_budget: 0.4 })
    const first = chat(secret)
    await until(() => waiting.length === 1)
    const left = new Promise((resolve) => app.server.once('request', (_req, res) => res.once('close', resolve)))
    const arrived = new Promise((resolve) => app.server.once('request', resolve))
    const abort = new AbortController()
    const gone = fetch(`${app.url}/v1/chat/completions`, {
      method: 'POST',
      headers: { authorization: `Bearer ${secret}`, 'content-type': 'application/json' },
      body: JSON.stringify({ model: 'gpt-4o', messages: [], max_tokens: LIMIT }),
      signal: abort.signal,
    }).catch(() => 'gone')
    await arrived
    abort.abort()
    expect(await gone).toBe('gone')
    await left
    release()
    await first
    const last = chat(secret)
    await until(() => waiting.length === 1)
    release()
    expect((await last).status).toBe(200)
    expect(upstream.requests).toHaveLength(2)
  })
})

test('a key that is blocked while its call waits is refused', async () => {
  const { script, waiting, release } = held()
  const { app, chat } = await setup(script, { authCacheTtl: '1ms', staleIfError: '1ms' })
  const { secret, hashedToken } = await app.key({ max_budget: 0.4 })
  const first = chat(secret)
  await until(() => waiting.length === 1)
  const refused = new Promise((resolve) => app.gateway.events.once('key:reject', resolve))
  const second = chat(secret)
  await app.sql`update "LiteLLM_VerificationToken" set blocked = true where token = ${hashedToken}`
  release()
  await first
  await refused
  expect((await second).status).toBe(401)
})

test('a stream tells what it has used every few hundred tokens, while it runs', async () => {
  let end = () => {}
  const { app, chat } = await setup((res) => {
    res.writeHead(200, { 'content-type': 'text/event-stream' })
    const words = Array(100).fill('ten tokens of text, more or less, each. ')
    const events = chatEvents({ id: '', words, completion: 1_000 })
    for (const event of events.slice(0, -3)) res.write(event)
    end = () => res.end(events.slice(-3).join(''))
  })
  const told: number[] = []
  const { progress } = app.gateway.admission
  Object.assign(app.gateway.admission, {
    progress(callId: string, tokens: number) {
      told.push(tokens)
      progress?.(callId, tokens)
    },
  })
  const { secret } = await app.key({ max_budget: 1 })
  const answer = await chat(secret, { stream: true })
  await until(() => (told.at(-1) ?? 0) > 800)
  expect(told).toEqual([...told].sort((a, b) => a - b))
  end()
  await answer.text()
})

test('two gateways on one database use one dollar between them', async () => {
  const one = await setup(answers(), { reserve: 'postgres', ...PATIENT })
  const two = await startApp({
    upstream: one.upstream.url,
    models: [
      {
        model_name: 'gpt-4o',
        litellm_params: {
          ...{ model: 'openai/gpt-4o', api_base: one.upstream.url, api_key: 'k' },
          ...{ input_cost_per_token: 0, output_cost_per_token: PRICE },
        },
      },
    ],
    options: { reserve: 'postgres', ...PATIENT, databaseUrl: one.app.databaseUrl },
  })
  cleanups.push(two.close)
  const key = await one.app.key({ max_budget: BUDGET })
  const body = { model: 'gpt-4o', messages: [{ role: 'user', content: 'a' }], max_tokens: LIMIT }
  const spentAtRefusal: number[] = []
  const agent = async (_: unknown, index: number) => {
    const { post } = index % 2 === 0 ? one.app : two
    for (;;) {
      const answer = await post('/v1/chat/completions', key.secret, body)
      const text = await answer.text()
      if (answer.status === 200) continue
      return void spentAtRefusal.push(spendIn(JSON.parse(text).error.message))
    }
  }
  await Promise.all(Array.from({ length: 100 }, agent))
  expect(spentAtRefusal[0]).toBeGreaterThanOrEqual(0.95 * BUDGET)
  await one.app.gateway.flush()
  await two.gateway.flush()
  const [row] = await one.app.sql`select spend from "LiteLLM_VerificationToken" where token = ${key.hashedToken}`
  expect(row!.spend).toBeGreaterThanOrEqual(BUDGET)
  expect(row!.spend).toBeLessThan(BUDGET + LONGEST * PRICE)
})
