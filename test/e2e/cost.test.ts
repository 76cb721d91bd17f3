import { describe, expect, jest, test } from '@jest/globals'
import { createLiteLLM, type LiteLLMOptions, type PriceBook } from '../../src/index.ts'
import { startApp } from '../support/app.ts'
import { cleanups } from '../support/cleanups.ts'
import { chatCompletion, sendJson, startUpstream } from '../support/upstream.ts'

interface Given {
  readonly status?: number
  readonly answer?: object
  readonly headers?: Record<string, string>
  readonly params?: object
  readonly settings?: object
  readonly options?: LiteLLMOptions
}

/** A gateway with one model, `m`, which answers with 1000 tokens in and 100 out. */
async function setup({
  status = 200,
  answer = {},
  headers = {},
  params = {},
  settings = {},
  options = {},
}: Given = {}) {
  const completion = 'error' in answer ? answer : { ...chatCompletion({ prompt: 1000, completion: 100 }), ...answer }
  const upstream = await startUpstream((res) => sendJson(res, status, completion, headers))
  cleanups.push(upstream.close)
  const litellm_params = { model: 'openai/gpt-4o', api_base: upstream.url, api_key: 'sk-provider', ...params }
  const config = { model_list: [{ model_name: 'm', litellm_params }], litellm_settings: settings }
  const app = await startApp({ upstream: upstream.url, options: { config, ...options } })
  cleanups.push(app.close)
  const key = await app.key()
  const call = (body: object = {}, path = '/v1/chat/completions') =>
    app.post(path, key.secret, { model: 'm', messages: [{ role: 'user', content: 'Hi' }], ...body })
  return { app, key, upstream, call }
}

const UNHEARD = { model: 'openai/model-nobody-has-heard-of' }

test('the header, the row and the spend of the key are one number, with the price it came from', async () => {
  const { app, key, call } = await setup({ settings: { cost_margin_config: { openai: { fixed_amount: 0.1 } } } })
  const response = await call()
  const [row] = await app.rows()
  // 1000 × 2.5e-6 + 100 × 1e-5 + 0.1
  expect(row!.spend).toBeCloseTo(0.1035, 12)
  expect(Number(response.headers.get('x-litellm-response-cost'))).toBe(row!.spend)
  const [stored] = await app.sql`select spend from "LiteLLM_VerificationToken" where token = ${key.hashedToken}`
  expect(stored!.spend).toBe(row!.spend)
  expect(row!.metadata.price).toEqual({
    source: 'embedded',
    key: 'gpt-4o-2024-08-06',
    tier: null,
    mapHash: expect.stringMatching(/^[0-9a-f]{64}$/),
  })
})

test('a price that changes while a call is under way is asked for once: header, row and key agree', async () => {
  let asked = 0
  const from = { source: 'map' as const, key: 'm' }
  const prices: PriceBook = {
    find: () => ({ price: { input_cost_per_token: ++asked, output_cost_per_token: 0 }, from }),
  }
  const { app, key, call } = await setup({ options: { prices } })
  const response = await call()
  const [row] = await app.rows()
  expect(row!.spend).toBeGreaterThan(0)
  expect(Number(response.headers.get('x-litellm-response-cost'))).toBe(row!.spend)
  const [stored] = await app.sql`select spend from "LiteLLM_VerificationToken" where token = ${key.hashedToken}`
  expect(stored!.spend).toBe(row!.spend)
})

test('discounts and margins of the configuration are in the price and in its breakdown', async () => {
  const settings = { cost_discount_config: { openai: 0.5 }, cost_margin_config: { global: 0.1 } }
  const { app, call } = await setup({ settings })
  await call()
  const [row] = await app.rows()
  expect(row!.spend).toBeCloseTo(0.0035 * 0.5 * 1.1, 12)
  expect(row!.metadata.cost_breakdown).toMatchObject({ discount_percent: 0.5, margin_percent: 0.1 })
})

test('the tier that was served is billed, and named', async () => {
  const { app, call } = await setup({ answer: { model: 'gpt-4o', service_tier: 'priority' } })
  await call({ service_tier: 'auto' })
  const [row] = await app.rows()
  // 1000 × 4.25e-6 + 100 × 1.7e-5
  expect(row!.spend).toBeCloseTo(0.00595, 12)
  expect(row!.metadata.price.tier).toBe('priority')
})

describe('a model whose price nobody knows', () => {
  const answer = { model: 'model-nobody-has-heard-of' }

  test.each<[string, object, number]>([
    ['is told at the start', UNHEARD, 1],
    ['is not when it is free', { ...UNHEARD, input_cost_per_token: 0, output_cost_per_token: 0 }, 0],
    ['is not when its base model has a price', { ...UNHEARD, base_model: 'gpt-4o' }, 0],
    ['is not when another LiteLLM states its bill', { model: 'litellm_proxy/model-nobody-has-heard-of' }, 0],
    ['is none that the price list has dropped', { model: 'anthropic/claude-3-5-sonnet-20241022' }, 0],
  ])('%s', async (_name, params, lines) => {
    const config = {
      model_list: [{ model_name: 'm', litellm_params: { api_key: 'k', api_base: 'http://127.0.0.1:1', ...params } }],
    }
    const gateway = createLiteLLM({ config })
    cleanups.push(async () => void (await gateway.close()))
    const told: unknown[] = []
    gateway.events.on('model:unpriced', (event) => void told.push(event))
    await new Promise(setImmediate)
    expect(told).toHaveLength(lines)
  })

  test('is served, its row says that the cost is not known, and it is told', async () => {
    const { app, call } = await setup({ params: UNHEARD, answer })
    const told: unknown[] = []
    app.gateway.events.on('call:unpriced', (event) => told.push(event))
    const response = await call()
    expect(response.status).toBe(200)
    expect(response.headers.get('x-litellm-response-cost')).toBeNull()
    const [row] = await app.rows()
    expect(row).toMatchObject({ spend: 0, prompt_tokens: 1000 })
    expect(row!.metadata).toMatchObject({ cost_unknown: true, price: null, cost_breakdown: null })
    expect(told).toEqual([expect.objectContaining({ model: 'model-nobody-has-heard-of', provider: 'openai' })])
  })

  test('is refused before it is asked where `unpricedModels` is `block`', async () => {
    const { app, call, upstream } = await setup({ params: UNHEARD, answer, options: { unpricedModels: 'block' } })
    const response = await call()
    expect(response.status).toBe(403)
    const { error } = (await response.json()) as { error: { message: string } }
    expect(error).toMatchObject({ type: 'model_cost_map_missing', message: 'The price of model=m is not known.' })
    expect(upstream.requests).toHaveLength(0)
    expect((await app.rows())[0]).toMatchObject({ status: 'failure', spend: 0 })
  })

  test('is served all the same when the deployment says that it is free', async () => {
    const free = { input_cost_per_token: 0, output_cost_per_token: 0 }
    const { app, call } = await setup({ params: { ...UNHEARD, ...free }, options: { unpricedModels: 'block' } })
    expect((await call()).status).toBe(200)
    const [row] = await app.rows()
    expect(row!.metadata).toMatchObject({ price: { source: 'deployment' } })
    expect(row!.metadata.cost_unknown).toBeUndefined()
  })
})

describe('prices of a deployment', () => {
  const nonsense = { input_cost_per_token: 'a lot' }

  test.each([
    ['text', { input_cost_per_token: '1e-6', output_cost_per_token: '0.000002' }, 0.0012],
    ['null, which is not stated', { input_cost_per_token: null, output_cost_per_token: null }, 0.0035],
    ["no number alone: the model's price holds", nonsense, 0.0035],
    [
      "no number beside one that is: the model's stands in for it",
      { ...nonsense, output_cost_per_token: 2e-6 },
      0.0027,
    ],
    [
      "tiers for the input alone: the output has the model's price",
      { tiered_pricing: [{ range: [0, 1e6], input_cost_per_token: 1e-6 }] },
      0.002,
    ],
  ])('are %s', async (_name, params, cost) => {
    const { app, call } = await setup({ params })
    expect((await call()).status).toBe(200)
    expect((await app.rows())[0]!.spend).toBeCloseTo(cost, 12)
  })

  test('that are none are told at the start, by their place', async () => {
    const warn = jest.spyOn(process, 'emitWarning').mockImplementation(() => {})
    cleanups.push(async () => warn.mockRestore())
    await setup({ params: { ...nonsense, output_cost_per_token: [1] } })
    const warnings = warn.mock.calls.map(([warning]) => warning)
    expect(warnings.join()).toContain('model_list[0].litellm_params.input_cost_per_token: "a lot" is no price')
    expect(warnings.join()).toContain('model_list[0].litellm_params.output_cost_per_token: a list is no price')
  })
})

describe('a bill that the provider states', () => {
  const usage = { prompt_tokens: 1000, completion_tokens: 100, total_tokens: 1100, cost: 0.5 }
  const given = { params: { model: 'openrouter/openai/gpt-4o' }, answer: { model: 'openai/gpt-4o', usage } }

  test('is kept beside our own figure', async () => {
    const { app, call } = await setup(given)
    await call()
    const [row] = await app.rows()
    expect(row!.spend).toBeCloseTo(0.0035, 12)
    expect(row!.metadata).toMatchObject({ stated_cost: 0.5, price: { source: 'embedded' } })
  })

  const header = { 'x-litellm-response-cost': '0.25' }
  const own = { input_cost_per_token: 1e-6, output_cost_per_token: 2e-6 }

  test.each([
    ['alone', {}, {}, {}],
    ['before a price of the deployment', own, {}, {}],
    ['before what its provider states in the body', {}, { answer: given.answer }, {}],
    ['without a margin', {}, { settings: { cost_margin_config: { global: 0.5 } } }, {}],
    ['for a model that has no price', { model: 'litellm_proxy/model-nobody-has-heard-of' }, {}, {}],
  ])('in a header of another LiteLLM is the bill: %s', async (_name, params, more, options) => {
    const model = { model: 'litellm_proxy/gpt-4o', ...params }
    const { app, key, call } = await setup({ ...more, options, params: model, headers: header })
    const response = await call()
    const [row] = await app.rows()
    expect(row!.spend).toBe(0.25)
    expect(row!.metadata.price).toMatchObject({ source: 'upstream', key: 'litellm_proxy' })
    expect(response.headers.get('x-litellm-response-cost')).toBe('0.25')
    const [stored] = await app.sql`select spend from "LiteLLM_VerificationToken" where token = ${key.hashedToken}`
    expect(stored!.spend).toBe(0.25)
  })

  test.each(['nan', '-1', 'inf', '', 'None'])('in that header is no bill when it is %j', async (stated) => {
    const headers = { 'x-litellm-response-cost': stated }
    const { app, call } = await setup({ params: { model: 'litellm_proxy/gpt-4o' }, headers })
    await call()
    expect((await app.rows())[0]!.spend).toBeCloseTo(0.0035, 12)
  })

  test('in that header by any other provider is kept beside our own figure', async () => {
    const { app, call } = await setup({ headers: header })
    await call()
    expect((await app.rows())[0]).toMatchObject({
      spend: expect.closeTo(0.0035, 12),
      metadata: { stated_cost: 0.25, price: { source: 'embedded' } },
    })
  })

  test("in the body of a litellm_proxy answer without the header is its provider's, and kept", async () => {
    const { app, call } = await setup({ params: { model: 'litellm_proxy/gpt-4o' }, answer: given.answer })
    await call()
    expect((await app.rows())[0]).toMatchObject({ spend: expect.closeTo(0.0035, 12), metadata: { stated_cost: 0.5 } })
  })

  test('is charged when that was asked for', async () => {
    const { app, call } = await setup({ ...given, options: { statedCosts: 'charge' } })
    await call()
    const [row] = await app.rows()
    expect(row!.spend).toBe(0.5)
    expect(row!.metadata.price).toMatchObject({ source: 'upstream', key: 'openrouter', mapHash: null })
  })
})

describe('what is billed by the request alone', () => {
  const error = { message: 'Rejected by the safety system.', type: 'invalid_request_error' }

  test.each([
    ['/v1/images/generations', { prompt: 'a cat', n: 2 }, { model: 'openai/dall-e-3' }],
    ['/v1/audio/speech', { input: 'Say it.', voice: 'alloy' }, { model: 'openai/tts-1' }],
  ])('%s costs nothing when it is refused', async (path, body, params) => {
    for (const status of [200, 400, 500]) {
      const { app, call } = await setup({ status, answer: { error }, params: { ...params, num_retries: 0 } })
      await call(body, path)
      const [row] = await app.rows()
      expect(row).toMatchObject({ status: 'failure', spend: 0, metadata: { usage_source: 'none' } })
    }
  })
})
