import { describe, expect, test } from '@jest/globals'
import OpenAI from 'openai'
import { startApp, type TestAppOptions } from '../support/app.ts'
import { cleanups } from '../support/cleanups.ts'
import { until } from '../support/until.ts'
import { chatCompletion, chatEvents, type Script, sendJson, startUpstream } from '../support/upstream.ts'

/** Calls of exactly one cent: 5,000 tokens out at 2 dollars a million. */
const CENT: Script = (res, { body }) => {
  const { stream } = JSON.parse(body.toString())
  if (!stream)
    return void setTimeout(() => sendJson(res, 200, chatCompletion({ id: '', prompt: 0, completion: 5_000 })), 20)
  res.writeHead(200, { 'content-type': 'text/event-stream' })
  res.end(chatEvents({ id: '', prompt: 0, completion: 5_000 }).join(''))
}

async function setup(options: TestAppOptions['options'] = {}, script: Script = CENT) {
  const upstream = await startUpstream(script)
  cleanups.push(upstream.close)
  // Input is free here, so that the estimate of a call is what it costs.
  const prices = { input_cost_per_token: 0, output_cost_per_token: 2e-6 }
  const model = { model: 'openai/gpt-4o', api_base: upstream.url, api_key: 'k', ...prices }
  const app = await startApp({
    upstream: upstream.url,
    models: [
      { model_name: 'gpt-4o', litellm_params: model },
      { model_name: 'with-input', litellm_params: { ...model, input_cost_per_token: 1e-6 } },
    ],
    options,
  })
  cleanups.push(app.close)
  const chat = (secret: string, body: object = {}) =>
    app.post('/v1/chat/completions', secret, { model: 'gpt-4o', messages: [], max_tokens: 5_000, ...body })
  return { app, upstream, chat }
}

/** The status of an answer that has been read to its end: what the call has used counts from then on. */
async function ended(answer: Promise<Response>): Promise<number> {
  const response = await answer
  await response.text()
  return response.status
}

const passed = (answers: readonly Response[]) => answers.filter(({ status }) => status === 200).length

describe('a budget holds under concurrency', () => {
  test.each([false, true])(
    '200 calls of a cent at once on a key with half a dollar left: 50 pass (stream: %s)',
    async (stream) => {
      const { app, chat, upstream } = await setup()
      const key = await app.key({ max_budget: 10, spend: 9.5 })
      const answers = await Promise.all(Array.from({ length: 200 }, () => chat(key.secret, { stream })))
      expect(passed(answers)).toBe(50)
      expect(upstream.requests).toHaveLength(50)
      const refused = answers.find(({ status }) => status === 422)!
      expect(await refused.json()).toMatchObject({
        error: { type: 'budget_exceeded', message: expect.stringContaining('Max budget: 10.0') },
      })
      await Promise.all(answers.map((answer) => answer.text().catch(() => '')))
      await app.rows()
      const [row] = await app.sql`select spend from "LiteLLM_VerificationToken" where token = ${key.hashedToken}`
      expect(row!.spend).toBeCloseTo(10, 9)
      expect((await chat(key.secret)).status).toBe(422)
    },
  )

  test('an estimate that is too high never lets more through than the budget holds', async () => {
    const { app, chat } = await setup()
    const key = await app.key({ max_budget: 0.5 })
    const answers = await Promise.all(Array.from({ length: 200 }, () => chat(key.secret, { model: 'with-input' })))
    expect(passed(answers)).toBeGreaterThan(45)
    expect(passed(answers)).toBeLessThanOrEqual(50)
  })

  test('spend counts before it is written', async () => {
    const { app, chat } = await setup({ logFlushInterval: '1h', authCacheTtl: '1h' })
    const { secret } = await app.key({ max_budget: 0.03 })
    const statuses: number[] = []
    for (let count = 0; count < 5; count++) statuses.push(await ended(chat(secret, { max_tokens: 1 })))
    expect(statuses).toEqual([200, 200, 200, 422, 422])
  })

  test('what was reserved and not spent is free again: failures and departures leak nothing', async () => {
    let fail = true
    const { app, chat } = await setup({}, (res, request) =>
      fail ? sendJson(res, 400, { error: { message: 'no' } }) : CENT(res, request),
    )
    const { secret } = await app.key({ max_budget: 0.02 })
    for (let count = 0; count < 10; count++) expect((await chat(secret)).status).toBe(400)
    fail = false
    expect(passed(await Promise.all([chat(secret), chat(secret), chat(secret)]))).toBe(2)
  })

  test('the budget of a team holds for all its keys together', async () => {
    const { app, chat } = await setup()
    await app.sql`insert into "LiteLLM_TeamTable" (team_id, max_budget) values ('team', 0.1)`
    const keys = [await app.key({ team_id: 'team' }), await app.key({ team_id: 'team' })]
    const answers = await Promise.all(Array.from({ length: 40 }, (_, index) => chat(keys[index % 2]!.secret)))
    expect(passed(answers)).toBe(10)
    expect(await answers.find(({ status }) => status === 422)!.json()).toMatchObject({
      error: { message: expect.stringContaining('Team=team') },
    })
  })

  test('report lets 200 calls at once pass, and tells of the 150 that enforce refuses', async () => {
    const { app, chat } = await setup({ mode: 'report' })
    const { secret } = await app.key({ max_budget: 10, spend: 9.5 })
    const answers = await Promise.all(Array.from({ length: 200 }, () => chat(secret)))
    expect(passed(answers)).toBe(200)
    const told = answers.map(({ headers }) => headers.get('x-litellm-would-refuse')).filter((codes) => codes !== null)
    expect(told).toEqual(Array(150).fill('budget_exceeded'))
  })

  test('report reads no body beyond `maxBodyBytes`', async () => {
    const { app, chat } = await setup({ mode: 'report', maxBodyBytes: 2_000 })
    const { secret } = await app.key()
    expect((await chat(secret)).status).toBe(200)
    const answer = await chat(secret, { filler: 'x'.repeat(2_000) })
    expect(answer.status).toBe(413)
    expect(await answer.json()).toMatchObject({ error: { type: 'invalid_request_error' } })
  })

  test('report refuses nothing and says what it would have refused', async () => {
    const { app, chat } = await setup({ mode: 'report' })
    const reports: unknown[] = []
    app.gateway.events.on('key:report', (report) => reports.push(report))
    const { secret } = await app.key({ max_budget: 1, spend: 2 })
    const answer = await chat(secret)
    expect(answer.status).toBe(200)
    expect(answer.headers.get('x-litellm-would-refuse')).toBe('budget_exceeded')
    expect(reports).toEqual([expect.objectContaining({ code: 'budget_exceeded' })])
  })
})

describe('a call that falls back to a dearer model', () => {
  /** The model that costs nothing is down; the dear one costs a cent a call. */
  const CHEAP_IS_DOWN: Script = (res, request) =>
    JSON.parse(request.body.toString()).model === 'cheap'
      ? sendJson(res, 500, { error: { message: 'down' } })
      : CENT(res, request)

  async function setupFallback(options: TestAppOptions['options'] = {}) {
    const upstream = await startUpstream(CHEAP_IS_DOWN)
    cleanups.push(upstream.close)
    const model = (model_name: string, output_cost_per_token: number) => ({
      model_name,
      litellm_params: {
        ...{ model: `openai/${model_name}`, api_base: upstream.url, api_key: 'k' },
        ...{ input_cost_per_token: 0, output_cost_per_token },
      },
    })
    const app = await startApp({
      upstream: upstream.url,
      options: {
        config: {
          model_list: [model('cheap', 0), model('dear', 2e-6)],
          router_settings: { fallbacks: [{ cheap: ['dear'] }], num_retries: 0, disable_cooldowns: true },
        },
        ...options,
      },
    })
    cleanups.push(app.close)
    const chat = (secret: string) =>
      app.post('/v1/chat/completions', secret, { model: 'cheap', messages: [], max_tokens: 5_000 })
    return { app, upstream, chat }
  }

  test.each(['memory', 'postgres'] as const)(
    'is held to what it costs there: 200 at once on half a dollar, 50 pass (reserve: %s)',
    async (reserve) => {
      const { app, chat, upstream } = await setupFallback({ reserve })
      const key = await app.key({ max_budget: 0.5 })
      const answers = await Promise.all(Array.from({ length: 200 }, () => chat(key.secret)))
      await Promise.all(answers.map((answer) => answer.text()))
      expect(passed(answers)).toBe(50)
      expect(upstream.requests.filter(({ body }) => JSON.parse(body.toString()).model === 'dear')).toHaveLength(50)
      // The others hear what their own model said; those that come when all is spent, that it is.
      const others = answers.map(({ status }) => status).filter((status) => status !== 200)
      expect(others.filter((status) => status !== 500 && status !== 422)).toEqual([])
      expect(others).toContain(500)
      await app.rows()
      const [row] = await app.sql`select spend from "LiteLLM_VerificationToken" where token = ${key.hashedToken}`
      expect(row!.spend).toBeCloseTo(0.5, 9)
    },
  )

  test('passes where only that is reported, and it is told', async () => {
    const { app, chat } = await setupFallback({ mode: 'report' })
    const told: string[] = []
    app.gateway.events.on('key:report', ({ code }) => told.push(code))
    const { secret } = await app.key({ max_budget: 0.02 })
    const answers = await Promise.all(Array.from({ length: 5 }, () => chat(secret)))
    await Promise.all(answers.map((answer) => answer.text()))
    expect(passed(answers)).toBe(5)
    expect(told).toEqual(Array(3).fill('budget_exceeded'))
  })

  test('is refused at once when its own model is out of use and there is no room elsewhere', async () => {
    const upstream = await startUpstream(CHEAP_IS_DOWN)
    cleanups.push(upstream.close)
    const { app, chat } = await setupFallback({ mode: 'enforce' })
    const { secret } = await app.key({ max_budget: 0.02 })
    // Its own model is asked for by a name that nobody serves.
    const ask = () =>
      app.post('/v1/chat/completions', secret, { model: 'gone', fallbacks: ['dear'], messages: [], max_tokens: 5_000 })
    const answers = await Promise.all([ask(), ask(), ask(), ask()])
    const refused = answers.filter(({ status }) => status === 422)
    expect([passed(answers), refused.length]).toEqual([2, 2])
    expect(await refused[0]!.json()).toMatchObject({ error: { type: 'budget_exceeded' } })
    expect((await chat(secret)).status).toBe(422)
  })
})

describe('rate limits', () => {
  test('the fourth request of a minute is refused when three are allowed, as a typed error of the SDK', async () => {
    const { app } = await setup()
    const { secret } = await app.key({ rpm_limit: 3 })
    const openai = new OpenAI({ baseURL: `${app.url}/v1`, apiKey: secret, maxRetries: 0 })
    const chat = () => openai.chat.completions.create({ model: 'gpt-4o', messages: [] }).withResponse()
    for (const remaining of ['2', '1', '0']) {
      const { response } = await chat()
      expect(response.headers.get('x-ratelimit-api_key-remaining-requests')).toBe(remaining)
    }
    const error = await chat().catch((caught: unknown) => caught)
    expect(error).toBeInstanceOf(OpenAI.RateLimitError)
    expect((error as InstanceType<typeof OpenAI.RateLimitError>).headers.get('retry-after')).toBeTruthy()
  })

  /** How many of these calls pass, sent together: no answer comes before each has reached the upstream or is refused. */
  async function setupTogether() {
    let { promise: held, resolve: letGo } = Promise.withResolvers<void>()
    const { app, upstream, chat } = await setup({}, (res, request) => void held.then(() => CENT(res, request)))
    return { app, chat, together }

    async function together(secrets: readonly string[]): Promise<number> {
      const before = upstream.requests.length
      let refused = 0
      const answers = secrets.map(async (secret) => {
        const answer = await chat(secret)
        if (answer.status !== 200) refused++
        return answer
      })
      await until(() => refused + upstream.requests.length - before === secrets.length)
      letGo()
      const passing = passed(await Promise.all(answers))
      ;({ promise: held, resolve: letGo } = Promise.withResolvers<void>())
      return passing
    }
  }

  test('parallel calls are limited, and a call that ends makes room', async () => {
    const { app, together } = await setupTogether()
    const { secret } = await app.key({ max_parallel_requests: 2 })
    expect(await together(Array(5).fill(secret))).toBe(2)
    expect(await together([secret])).toBe(1)
  })

  test('the parallel calls of a user and a team are limited over all their keys', async () => {
    const { app, together } = await setupTogether()
    await app.sql`insert into "LiteLLM_TeamTable" (team_id, max_parallel_requests) values ('team', 2)`
    await app.sql`insert into "LiteLLM_UserTable" (user_id, max_parallel_requests) values ('user', 1)`
    const keysOf = (owner: Parameters<typeof app.key>[0]) =>
      Promise.all(Array.from({ length: 6 }, () => app.key(owner)))
    const [ofTeam, ofUser] = [await keysOf({ team_id: 'team' }), await keysOf({ user_id: 'user' })]
    expect(await together(ofTeam.map(({ secret }) => secret))).toBe(2)
    expect(await together(ofUser.map(({ secret }) => secret))).toBe(1)
  })

  test('tokens that were used count against the next call', async () => {
    const { app, chat } = await setup()
    const { secret } = await app.key({ tpm_limit: 4_000 })
    expect(await ended(chat(secret, { max_tokens: 1 }))).toBe(200)
    expect(await ended(chat(secret, { max_tokens: 1 }))).toBe(429)
  })
})

test('names that a key or its team gives to models are those of the models behind them', async () => {
  const { app, chat } = await setup()
  const key = await app.key({ aliases: app.sql.json({ mine: 'gpt-4o' }) })
  expect((await chat(key.secret, { model: 'mine' })).status).toBe(200)
  expect((await app.rows())[0]).toMatchObject({ model_group: 'gpt-4o', status: 'success' })
})
