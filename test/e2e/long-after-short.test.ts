import { setTimeout as sleep } from 'node:timers/promises'
import { describe, expect, test } from '@jest/globals'
import { startApp } from '../support/app.ts'
import { cleanups } from '../support/cleanups.ts'
import { chatCompletion, chatEvents, sendJson, startUpstream } from '../support/upstream.ts'

const LIMIT = 32_000
/** Of one output token: a call that uses its whole limit costs 0.32 dollars. */
const PRICE = 1e-5
const LONGEST = LIMIT * PRICE
const SHORT = 10
const BUDGET = 2

/** `tokens`: of each answer from now on. */
async function setup(options: object, state: { tokens: number; delayMs: number }) {
  const upstream = await startUpstream(async (res, { body }) => {
    await sleep(state.delayMs)
    const { stream } = JSON.parse(body.toString())
    if (!stream) return sendJson(res, 200, chatCompletion({ id: '', prompt: 1, completion: state.tokens }))
    res.writeHead(200, { 'content-type': 'text/event-stream' })
    const words = Array.from({ length: Math.min(100, state.tokens) }, () => 'word ')
    for (const event of chatEvents({ id: '', words, prompt: 1, completion: state.tokens })) res.write(event)
    res.end()
  })
  cleanups.push(upstream.close)
  const prices = { input_cost_per_token: 0, output_cost_per_token: PRICE }
  const model = { model: 'openai/gpt-4o', api_base: upstream.url, api_key: 'k', ...prices }
  const app = await startApp({
    upstream: upstream.url,
    models: [{ model_name: 'gpt-4o', litellm_params: model }],
    options,
  })
  cleanups.push(app.close)
  const call = async (secret: string, stream: boolean) => {
    const messages = [{ role: 'user', content: 'a' }]
    const answer = await app.post('/v1/chat/completions', secret, {
      model: 'gpt-4o',
      messages,
      max_tokens: LIMIT,
      stream,
    })
    return { status: answer.status, text: await answer.text() }
  }
  const spendOf = async (hashedToken: string) => {
    await app.gateway.flush()
    const [row] = await app.sql`select spend from "LiteLLM_VerificationToken" where token = ${hashedToken}`
    return row!.spend as number
  }
  return { app, call, spendOf }
}

describe.each(['memory', 'postgres'] as const)('a key that makes 1,000 short calls (reserve: %s)', (reserve) => {
  test.each([false, true])(
    'and then 100 long ones at once overshoots its budget by less than one of them (stream: %s)',
    async (stream) => {
      const state = { tokens: SHORT, delayMs: 0 }
      const { app, call, spendOf } = await setup({ reserve, reserveWait: '1h', authCacheTtl: '1h' }, state)
      const key = await app.key({ max_budget: BUDGET })
      const worker = async () => {
        for (let count = 0; count < 20; count++) expect((await call(key.secret, stream)).status).toBe(200)
      }
      await Promise.all(Array.from({ length: 50 }, worker))
      expect(await spendOf(key.hashedToken)).toBeCloseTo(1_000 * SHORT * PRICE, 6)
      Object.assign(state, { tokens: LIMIT, delayMs: 200 })
      const long = await Promise.all(Array.from({ length: 100 }, () => call(key.secret, stream)))
      expect(new Set(long.map(({ status }) => status))).toEqual(new Set([200, 422]))
      const spend = await spendOf(key.hashedToken)
      expect(spend).toBeGreaterThanOrEqual(BUDGET)
      expect(spend).toBeLessThan(BUDGET + LONGEST)
    },
  )
})

test('no call is refused while those that wait for the same budget get in one after the other', async () => {
  const state = { tokens: LIMIT / 10, delayMs: 300 }
  const { app, call, spendOf } = await setup({ reserveWait: '6s', authCacheTtl: '1h' }, state)
  const { secret, hashedToken } = await app.key({ max_budget: 1 })
  // Three at once to begin with, then one: the last waits for longer than one may wait alone.
  const answers = await Promise.all(Array.from({ length: 40 }, () => call(secret, false)))
  const refused = answers.filter(({ status }) => status === 422)
  expect(answers.length - refused.length).toBe(32)
  for (const { text } of refused) expect(text).toMatch(/Current cost: 1\.\d+, Max budget: 1\.0/)
  expect(await spendOf(hashedToken)).toBeCloseTo(32 * state.tokens * PRICE, 6)
})
