import { once } from 'node:events'
import { request } from 'node:http'
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals'
import { startApp, type TestApp } from '../../support/app.ts'
import { SPECIAL } from '../../support/strict/conversation.ts'
import { type StrictProviders, startStrictProviders } from '../../support/strict/strict-providers.ts'
import { TALKS } from '../../support/strict/talks.ts'
import { until } from '../../support/until.ts'

/* What can happen to a stream on its way. Whatever it is: there is one row, and it says what the provider has counted. */

let providers: StrictProviders
let app: TestApp
let secret: string

const PRICE = { input_cost_per_token: 1e-6, output_cost_per_token: 2e-6 }

beforeEach(async () => {
  providers = await startStrictProviders()
  const models = Object.entries(providers.params).map(([model_name, params]) => ({
    model_name,
    litellm_params: { ...params, ...PRICE, on_client_abort: 'cancel' },
  }))
  const options = { config: { model_list: models, router_settings: { num_retries: 0, disable_cooldowns: true } } }
  app = await startApp({ upstream: '', options })
  ;({ secret } = await app.key())
})

afterEach(async () => {
  await app.close()
  await providers.close()
})

/** How a client of each API asks for a stream that calls a tool. */
const ASKED: Readonly<Record<string, (model: string) => readonly [string, object]>> = {
  chat: (model) => ['/v1/chat/completions', { model, messages: [{ role: 'user', content: 'turn 2' }], stream: true }],
  messages: (model) => [
    '/v1/messages',
    { model, max_tokens: 100, messages: [{ role: 'user', content: 'turn 2' }], stream: true },
  ],
  responses: (model) => ['/v1/responses', { model, input: 'turn 2', stream: true }],
}

const PAIRS = [
  ['chat', 'anthropic'],
  ['chat', 'gemini'],
  ['messages', 'gemini'],
  ['messages', 'hosted_vllm'],
  ['chat', 'bedrock'],
  ['responses', 'anthropic'],
] as const

describe.each([1, 3, 1_000])('in slices of %s bytes', (slice) => {
  test.each([
    ['openai', 'anthropic'],
    ['openai', 'gemini'],
    ['anthropic', 'hosted_vllm'],
    ['anthropic', 'gemini'],
    ['openai', 'bedrock'],
    ['anthropic', 'openai'],
    ['responses', 'anthropic'],
    ['google', 'hosted_vllm'],
  ])('the %s SDK reads what %s says', async (client, model) => {
    providers.options.slice = slice
    const talk = TALKS[client]!({ url: app.url, secret, model, stream: true })
    const said = await talk.say('turn 2')
    expect(said.text).toBe(`Looking 2.${SPECIAL}`)
    expect(said.calls).toEqual([
      { name: 'get_weather', args: { city: 'Rome 2', note: SPECIAL } },
      { name: 'get_time', args: {} },
    ])
    expect(await app.rows()).toMatchObject([{ status: 'success', prompt_tokens: 100, completion_tokens: 20 }])
  })
})

describe.each(PAIRS)('a %s stream of %s', (client, model) => {
  /** How many events the provider sends. */
  async function countEvents(): Promise<number> {
    await sent()
    return providers.events
  }

  /** The bytes that the client gets when all is over. */
  async function sent(): Promise<string> {
    const [path, body] = ASKED[client]!(model)
    return await app
      .post(path, secret, body)
      .then((response) => response.text())
      .catch(() => 'cut')
  }

  test('that its client leaves at any event leaves one row with what was counted', async () => {
    const count = await countEvents()
    const rows = (await app.rows()).length
    for (let events = 1; events < count; events++) {
      providers.options.cut = { events, how: 'hold' }
      const aborted = providers.aborted
      await leaveEarly(...ASKED[client]!(model))
      // The provider is told to stop: it would bill on.
      await until(() => providers.aborted > aborted)
    }
    const left = await rowsAfter(rows, count - 1)
    for (const row of left) {
      const { error_information: error, usage_source } = row.metadata
      // A client that left after everything that is billed had been said has had its answer. What another has got is an
      // answer too, as in LiteLLM: the row says beside it that the client left.
      if (error == null) expect([row.status, usage_source]).toEqual(['success', 'reported'])
      else expect(error).toMatchObject({ error_code: '499' })
      // Bedrock and OpenAI-compatible servers say at the end what a call has used, these in their first event.
      if (model !== 'hosted_vllm' && model !== 'bedrock')
        expect(row).toMatchObject({ prompt_tokens: 100, custom_llm_provider: model })
    }
  })

  test('that breaks off at any event is cut for the client too, and is no success', async () => {
    const count = await countEvents()
    const rows = (await app.rows()).length
    for (let events = 1; events < count - 1; events++) {
      providers.options.cut = { events, how: 'destroy' }
      expect(await sent()).toBe('cut')
    }
    const left = await rowsAfter(rows, count - 2)
    for (const row of left) expect(row).toMatchObject({ status: 'failure', model_group: model })
  })

  test('that breaks off before its first event is an error with a status', async () => {
    providers.options.cut = { events: 0, how: 'destroy' }
    const [path, body] = ASKED[client]!(model)
    const failed = await app.post(path, secret, body)
    expect(failed.status).toBe(502)
    expect(await app.rows()).toMatchObject([{ status: 'failure' }])
  })
})

/** The rows after so many, when there are as many more. A client sees a cut before the gateway has written of it. */
async function rowsAfter(before: number, count: number) {
  await until(async () => (await app.rows()).length >= before + count)
  const left = (await app.rows()).slice(before)
  expect(left).toHaveLength(count)
  return left
}

/** Reads until the head is there, and goes. */
async function leaveEarly(path: string, body: object): Promise<void> {
  const url = new URL(app.url + path)
  const headers = { authorization: `Bearer ${secret}`, 'content-type': 'application/json' }
  const req = request(url, { method: 'POST', headers })
  req.on('error', () => {})
  req.end(JSON.stringify(body))
  const [res] = await once(req, 'response')
  res.on('error', () => {})
  await new Promise((done) => {
    res.once('data', done)
    // Nothing may have been said yet.
    setImmediate(() => setImmediate(done))
  })
  res.destroy()
}
