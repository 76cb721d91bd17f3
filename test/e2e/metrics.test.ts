import { readFileSync } from 'node:fs'
import { expect, test } from '@jest/globals'
import express from 'express'
import { createLiteLLM, type Gateway, litellm, litellmMetrics } from '../../src/index.ts'
import { MASTER_KEY, startApp } from '../support/app.ts'
import { cleanups } from '../support/cleanups.ts'
import { readMetrics, sumOf } from '../support/prometheus.ts'
import { chatCompletion, chatEvents, type Script, sendJson, startUpstream } from '../support/upstream.ts'

const answers: Script = (res, { body }) => {
  const { model, stream } = JSON.parse(body.toString())
  if (model === 'broken')
    return sendJson(res, 500, { error: { message: 'canary-of-the-upstream', type: 'server_error' } })
  const left = { 'x-ratelimit-remaining-requests': '99', 'x-ratelimit-remaining-tokens': '999' }
  if (!stream) return sendJson(res, 200, chatCompletion({ content: 'canary-of-the-answer' }), left)
  res.writeHead(200, { 'content-type': 'text/event-stream' })
  res.end(chatEvents().join(''))
}

interface Setup {
  readonly litellmSettings?: object
  readonly app?: (gateway: Gateway) => express.Express
}

async function setup({ litellmSettings = { callbacks: ['prometheus'] }, app }: Setup = {}) {
  const upstream = await startUpstream(answers)
  cleanups.push(() => upstream.close())
  const params = { api_base: upstream.url, api_key: 'canary-provider-key' }
  const models = [
    {
      model_name: 'gpt-4o',
      litellm_params: {
        ...params,
        model: 'openai/gpt-4o-2024-08-06',
        input_cost_per_token: 1e-6,
        output_cost_per_token: 2e-6,
        rpm: 1_000,
      },
    },
    { model_name: 'broken', litellm_params: { ...params, model: 'openai/broken', num_retries: 0 } },
  ]
  const gateway = await startApp({
    upstream: upstream.url,
    options: { config: { model_list: models, litellm_settings: litellmSettings, router_settings: { num_retries: 0 } } },
    app: app ?? ((gateway) => express().use(litellm({ gateway }))),
  })
  cleanups.push(() => gateway.close())
  const read = async (secret?: string) => {
    const headers: Record<string, string> = secret ? { authorization: `Bearer ${secret}` } : {}
    const response = await fetch(`${gateway.url}/metrics`, { headers })
    return { status: response.status, type: response.headers.get('content-type'), text: await response.text() }
  }
  const ask = async (secret: string, body: object) => {
    const messages = [{ role: 'user', content: 'canary-of-the-prompt' }]
    const response = await gateway.post('/v1/chat/completions', secret, { messages, ...body })
    await response.text()
    return response.status
  }
  return { ...gateway, read, ask }
}

test('the metrics are those of the traffic', async () => {
  const { key, ask, read, rows } = await setup()
  const { secret, hashedToken } = await key({ key_alias: 'the "alias"\nof two lines', max_budget: 1, rpm_limit: 100 })
  for (let call = 0; call < 3; call++) expect(await ask(secret, { model: 'gpt-4o' })).toBe(200)
  expect(await ask(secret, { model: 'gpt-4o', stream: true })).toBe(200)
  expect(await ask(secret, { model: 'broken' })).toBe(500)
  expect(await ask(secret, { model: 'nope' })).toBe(400)
  expect(await ask('sk-of-nobody-at-all', { model: 'gpt-4o' })).toBe(401)
  const spent = (await rows()).reduce((sum, { spend }) => sum + spend, 0)

  const { status, type, text } = await read(MASTER_KEY)
  expect([status, type]).toEqual([200, 'text/plain; version=0.0.4; charset=utf-8'])
  const samples = readMetrics(text)
  const sum = (name: string, labels?: Record<string, string>) => sumOf(samples, name, labels)
  const mine = { hashed_api_key: hashedToken, api_key_alias: 'the \\"alias\\" of two lines' }
  expect(spent).toBeCloseTo(4 * 50e-6, 12)
  expect(sum('litellm_spend_metric_total', mine)).toBeCloseTo(spent, 12)
  expect(sum('litellm_requests_metric_total', mine)).toBe(4)
  expect(sum('litellm_total_tokens_metric_total', mine)).toBe(120)
  expect(sum('litellm_input_tokens_metric_total')).toBe(40)
  expect(sum('litellm_output_tokens_metric_total')).toBe(80)
  expect(sum('litellm_proxy_total_requests_metric_total', { status_code: '200' })).toBe(4)
  expect(sum('litellm_proxy_total_requests_metric_total', { status_code: '500', route: '/v1/chat/completions' })).toBe(
    1,
  )
  expect(sum('litellm_proxy_failed_requests_metric_total', { exception_class: 'Openai.InternalServerError' })).toBe(1)
  expect(sum('litellm_proxy_failed_requests_metric_total', { requested_model: 'other' })).toBe(1)
  expect(
    sum('litellm_proxy_failed_requests_metric_total', { exception_class: 'KeyNotFoundError', hashed_api_key: 'None' }),
  ).toBe(1)
  expect(sum('litellm_proxy_total_requests_metric_total')).toBe(7)
  expect(sum('litellm_deployment_success_responses_total', { requested_model: 'gpt-4o' })).toBe(4)
  expect(sum('litellm_deployment_failure_responses_total', { exception_status: '500' })).toBe(1)
  expect(sum('litellm_deployment_state', { litellm_model_name: 'gpt-4o-2024-08-06' })).toBe(0)
  expect(sum('litellm_deployment_state', { litellm_model_name: 'broken' })).toBeGreaterThan(0)
  expect(sum('litellm_deployment_rpm_limit')).toBe(1_000)
  expect(sum('litellm_remaining_requests_metric', mine)).toBe(99)
  expect(sum('litellm_remaining_tokens_metric', mine)).toBe(999)
  expect(sum('litellm_remaining_api_key_budget_metric', mine)).toBeCloseTo(1 - spent, 9)
  expect(sum('litellm_api_key_rate_limit_allowed_metric', mine)).toBe(100)
  expect(sum('litellm_llm_api_time_to_first_token_metric_count')).toBe(1)
  expect(sum('litellm_llm_api_latency_metric_bucket', { le: '+Inf' })).toBe(4)
  expect(sum('express_litellm_ledger_written_calls_total')).toBe(7)
  expect(sum('express_litellm_ledger_waiting_calls')).toBe(0)
})

test('what is used of a rate limit is what its last answer said', async () => {
  const { key, ask, read } = await setup()
  const { secret, hashedToken } = await key({ rpm_limit: 3 })
  const statuses = []
  for (let call = 0; call < 5; call++) statuses.push(await ask(secret, { model: 'gpt-4o' }))
  expect(statuses).toEqual([200, 200, 200, 429, 429])
  const samples = readMetrics((await read(MASTER_KEY)).text)
  const mine = { hashed_api_key: hashedToken, rate_limit_type: 'requests' }
  expect(sumOf(samples, 'litellm_api_key_rate_limit_used_metric', mine)).toBe(3)
  expect(sumOf(samples, 'litellm_proxy_failed_requests_metric_total', { exception_class: 'HTTPException' })).toBe(2)
})

test('what the dashboard shows is exposed by a gateway that has seen no call', async () => {
  const { read } = await setup()
  const { text } = await read(MASTER_KEY)
  const exposed = new Set([...text.matchAll(/^# TYPE (\S+) /gm)].map(([, name]) => name!))
  const dashboard = readFileSync('examples/grafana/express-litellm.json', 'utf8')
  const asked = [...dashboard.matchAll(/"expr": ".*?((?:express_)?litellm_\w+?)(?:_bucket)?[[)"]/g)].map(
    ([, name]) => name!,
  )
  expect(asked.length).toBeGreaterThan(60)
  expect(asked.filter((name) => !exposed.has(name))).toEqual([])
})

test('no secret, prompt or answer gets into the metrics', async () => {
  const { key, ask, read } = await setup()
  const { secret } = await key()
  for (const model of ['gpt-4o', 'broken', 'nope']) await ask(secret, { model })
  const { text } = await read(secret)
  expect(text).toContain('litellm_spend_metric_total{')
  expect(text).not.toMatch(/canary/)
  expect(text).not.toContain(secret)
  expect(text).not.toContain(MASTER_KEY)
})

test('without a valid key nobody reads the metrics', async () => {
  const { key, read } = await setup()
  const refused = await read()
  expect([refused.status, refused.type]).toEqual([401, 'application/json'])
  expect(JSON.parse(refused.text)).toMatch(
    /^Unauthorized access to metrics endpoint: .*require_auth_for_metrics_endpoint/,
  )
  expect((await read('sk-of-nobody-at-all')).status).toBe(401)
  const { secret } = await key({ blocked: true })
  expect((await read(secret)).status).toBe(401)
})

test('the metrics are open where the configuration says so', async () => {
  const { read } = await setup({
    litellmSettings: { callbacks: ['prometheus'], require_auth_for_metrics_endpoint: false },
  })
  expect((await read()).status).toBe(200)
})

test('without the callback there is no such path', async () => {
  const { read } = await setup({ litellmSettings: {} })
  expect((await read(MASTER_KEY)).status).toBe(404)
})

test('mounted in an app, the middleware needs no setting', async () => {
  const { key, ask, read } = await setup({
    litellmSettings: {},
    app: (gateway) => express().use('/metrics', litellmMetrics({ gateway })).use(litellm({ gateway })),
  })
  const { secret } = await key()
  await ask(secret, { model: 'gpt-4o' })
  const { status, text } = await read(secret)
  expect(status).toBe(200)
  expect(sumOf(readMetrics(text), 'litellm_requests_metric_total')).toBe(1)
})

test('an unknown name in the settings of metrics keeps the gateway from starting', () => {
  const config = { model_list: [], litellm_settings: { prometheus_exclude_metrics: ['litellm_spend'] } }
  expect(() => createLiteLLM({ enabled: false, config })).toThrow(
    '`litellm_settings.prometheus_exclude_metrics`: litellm_spend',
  )
})
