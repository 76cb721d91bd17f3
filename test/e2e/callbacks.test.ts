import { existsSync, readFileSync } from 'node:fs'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, jest, test } from '@jest/globals'
import { createLiteLLM, type LiteLLMOptions, type SpendSink } from '../../src/index.ts'
import { defaultModels, MASTER_KEY, startApp } from '../support/app.ts'
import { startCallbackServer } from '../support/callback-server.ts'
import { cleanups } from '../support/cleanups.ts'
import { readMetrics, sumOf } from '../support/prometheus.ts'
import { until } from '../support/until.ts'
import { chatCompletion, sendJson, startUpstream } from '../support/upstream.ts'

async function setup(
  litellmSettings: object,
  options: LiteLLMOptions = {},
  env: Record<string, string> = {},
  callback_settings: object = {},
) {
  const upstream = await startUpstream((res, { body }) => {
    if (body.includes('please fail')) return sendJson(res, 500, { error: { message: 'boom', type: 'server_error' } })
    sendJson(res, 200, chatCompletion({ id: `chatcmpl-${Math.random()}`, content: 'the answer' }))
  })
  cleanups.push(() => upstream.close())
  const dir = await mkdtemp(join(tmpdir(), 'callbacks-'))
  cleanups.push(() => rm(dir, { recursive: true, force: true }))
  const app = await startApp({
    upstream: upstream.url,
    options: {
      durability: 'journal',
      journal: { dir, fsync: 'never' },
      config: {
        model_list: defaultModels(upstream.url),
        litellm_settings: litellmSettings,
        callback_settings,
        router_settings: { num_retries: 0 },
        environment_variables: { DEFAULT_FLUSH_INTERVAL_SECONDS: '0.02', ...env },
      },
      ...options,
    },
  })
  cleanups.push(() => app.close())
  const ask = async (content = 'the prompt', headers?: Record<string, string>) => {
    const body = { model: 'gpt-4o', messages: [{ role: 'user', content }] }
    const response = await app.post('/v1/chat/completions', MASTER_KEY, body, headers)
    return { status: response.status, text: await response.text() }
  }
  return { ...app, ask, dir }
}

test('each call is told once to each callback, with the id and the cost of its row', async () => {
  const api = await startCallbackServer()
  const otel = await startCallbackServer()
  const { ask, rows } = await setup(
    { callbacks: ['generic_api', 'otel'] },
    {},
    { GENERIC_LOGGER_ENDPOINT: api.url, OTEL_EXPORTER_OTLP_ENDPOINT: otel.url },
  )
  const traceparent = '00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01'
  for (let call = 0; call < 3; call++) expect((await ask('the prompt', { traceparent })).status).toBe(200)
  expect((await ask('please fail')).status).toBe(500)
  const payloads = () => api.accepted.flatMap(({ body }) => body)
  await until(() => payloads().length === 4 && otel.accepted.length > 0)
  const written = await rows()
  expect(
    payloads()
      .map(({ id, response_cost }) => [id, response_cost])
      .sort(),
  ).toEqual(written.map(({ request_id, spend }) => [request_id, spend]).sort())
  expect(payloads().map(({ status }) => status)).toEqual(['success', 'success', 'success', 'failure'])
  const spans = otel.accepted.flatMap(({ body }) => body.resourceSpans[0].scopeSpans[0].spans)
  expect(spans[0].traceId).toBe('4bf92f3577b34da6a3ce929d0e0e4736')
  expect(payloads()[0].messages).toEqual([{ role: 'user', content: 'the prompt' }])
  expect(payloads()[0].response.choices[0].message.content).toBe('the answer')
  expect(JSON.stringify([...api.received, ...otel.received])).not.toMatch(new RegExp(`${MASTER_KEY}|sk-provider`))
})

test('a callback that hangs delays no call, and no other callback', async () => {
  const [hanging, api] = [await startCallbackServer(), await startCallbackServer()]
  hanging.behave(...Array.from({ length: 100 }, () => 'hang' as const))
  const { ask } = await setup(
    { callbacks: ['datadog', 'generic_api', 'prometheus'] },
    {},
    { DD_API_KEY: 'dd', DD_SITE: 'x', DD_BASE_URL: hanging.url, GENERIC_LOGGER_ENDPOINT: api.url },
  )
  await ask()
  await until(() => hanging.received.length === 1)
  for (let call = 0; call < 3; call++) expect((await ask()).status).toBe(200)
  await until(() => api.accepted.flatMap(({ body }) => body).length === 4)
  expect(hanging.accepted).toEqual([])
})

test('what waits for a callback is shown by the metrics', async () => {
  const api = await startCallbackServer()
  api.behave(503)
  const { ask, url } = await setup(
    { callbacks: ['generic_api', 'prometheus'] },
    {},
    { GENERIC_LOGGER_ENDPOINT: api.url },
  )
  await ask()
  await until(() => api.accepted.length === 1)
  const read = async () =>
    readMetrics(await (await fetch(`${url}/metrics`, { headers: { authorization: `Bearer ${MASTER_KEY}` } })).text())
  await until(
    async () => sumOf(await read(), 'express_litellm_callback_told_calls_total', { callback: 'generic_api' }) === 1,
  )
  const samples = await read()
  expect(sumOf(samples, 'litellm_callback_logging_failures_metric_total', { callback_name: 'generic_api' })).toBe(1)
  expect(sumOf(samples, 'express_litellm_callback_waiting_calls')).toBe(0)
})

test('what waits when a gateway closes is told before it has closed', async () => {
  const api = await startCallbackServer()
  const env = { GENERIC_LOGGER_ENDPOINT: api.url, DEFAULT_FLUSH_INTERVAL_SECONDS: '600' }
  const { ask, gateway } = await setup({ callbacks: ['generic_api'] }, {}, env)
  await ask()
  expect(api.received).toEqual([])
  await gateway.close()
  expect(api.accepted.flatMap(({ body }) => body)).toHaveLength(1)
})

test('a callback whose variables are missing is told of at the start, and nothing else suffers', async () => {
  const warning = jest.spyOn(process, 'emitWarning').mockImplementation(() => {})
  cleanups.push(() => warning.mockRestore())
  const { ask } = await setup({ callbacks: ['langfuse', 'langfuze'] })
  expect((await ask()).status).toBe(200)
  const warned = warning.mock.calls.map(([text]) => String(text))
  expect(warned).toContain(
    'The callback langfuse is told nothing: LANGFUSE_PUBLIC_KEY, LANGFUSE_SECRET_KEY is missing in the environment.',
  )
  expect(warned.join()).toContain('litellm_settings.callbacks: langfuze (did you mean langfuse?)')
})

test("an address of the operator's own is told by its name, each call alone", async () => {
  const api = await startCallbackServer()
  const { ask } = await setup(
    { callbacks: ['mine'] },
    {},
    {},
    {
      mine: {
        callback_type: 'generic_api',
        endpoint: `${api.url}/in`,
        headers: { 'x-key': 'k' },
        log_format: 'single',
      },
    },
  )
  await ask()
  await ask('please fail')
  await until(() => api.accepted.length === 2)
  expect(api.accepted.map(({ path, headers, body }) => [path, headers['x-key'], body.status])).toEqual([
    ['/in', 'k', 'success'],
    ['/in', 'k', 'failure'],
  ])
})

test('success and failure may be told to different callbacks', async () => {
  const [good, bad] = [await startCallbackServer(), await startCallbackServer()]
  const { ask } = await setup(
    { success_callback: ['generic_api'], failure_callback: ['supabase'] },
    {},
    { GENERIC_LOGGER_ENDPOINT: good.url, SUPABASE_URL: bad.url, SUPABASE_KEY: 'sb' },
  )
  await ask('please fail')
  await ask()
  await until(() => good.accepted.length === 1 && bad.accepted.length === 1)
  expect([good, bad].map(({ accepted }) => accepted[0]!.body[0].status)).toEqual(['success', 'failure'])
})

test('with `turn_off_message_logging` neither prompt nor answer leaves the gateway, or gets on its disk', async () => {
  const api = await startCallbackServer()
  const { ask } = await setup(
    { callbacks: ['generic_api'], turn_off_message_logging: true },
    {},
    { GENERIC_LOGGER_ENDPOINT: api.url },
  )
  await ask()
  await until(() => api.accepted.length === 1)
  expect(JSON.stringify(api.received)).not.toMatch(/the prompt|the answer/)
  expect(api.accepted[0]!.body[0].messages[0].content).toBe('redacted-by-litellm')
})

test('a key with a callback of its own is told of, with its own credentials, and no other key is', async () => {
  const langfuse = await startCallbackServer()
  const { ask, key, post } = await setup({}, {}, { LANGFUSE_HOST: langfuse.url })
  const callback_vars = { langfuse_public_key: 'pk-own', langfuse_secret_key: 'canary-of-the-key' }
  const logging = [{ callback_name: 'langfuse', callback_type: 'success', callback_vars }]
  const { secret } = await key({ metadata: { logging } })
  await ask()
  const body = { model: 'gpt-4o', messages: [{ role: 'user', content: 'the prompt' }] }
  await (await post('/v1/chat/completions', secret, body)).text()
  await until(() => langfuse.accepted.length === 1)
  const [told] = langfuse.accepted
  expect(told!.headers['x-langfuse-public-key']).toBe('pk-own')
  expect(JSON.stringify(told!.body)).toMatch(/the prompt.*the answer/s)
  expect(JSON.stringify(told!.body)).not.toContain('canary')
})

test('changes through the management endpoints are told, without secrets, and calls are not', async () => {
  const [api, hook] = [await startCallbackServer(), await startCallbackServer()]
  const { ask, post } = await setup(
    { audit_log_callbacks: ['generic_api', 'standard_webhook'] },
    {},
    {
      GENERIC_LOGGER_ENDPOINT: api.url,
      STANDARD_WEBHOOK_URL: hook.url,
      STANDARD_WEBHOOK_SECRET: `whsec_${Buffer.alloc(24).toString('base64')}`,
    },
  )
  const callback_vars = { langfuse_secret_key: 'canary-of-the-key' }
  const metadata = { logging: [{ callback_name: 'langfuse', callback_vars }], color: 'red' }
  const made = await post('/key/generate', MASTER_KEY, { key_alias: 'told', metadata })
  const { key } = (await made.json()) as { key: string }
  await ask()
  await until(() => api.accepted.length > 0 && hook.accepted.length > 0)
  const [change] = api.accepted.flatMap(({ body }) => body)
  expect(change).toMatchObject({
    action: 'created',
    table_name: 'LiteLLM_VerificationToken',
    before_value: null,
    updated_values: { key_alias: 'told', metadata: { color: 'red' } },
  })
  expect(hook.accepted[0]!.body).toMatchObject({ type: 'audit.created', data: { id: change.id } })
  const sent = JSON.stringify([...api.received, ...hook.received].map(({ body }) => body))
  expect(sent).not.toMatch(new RegExp(`canary|${key}`))
  expect(sent).not.toContain('litellm_call_id')
})

test('a file beside the configuration is told', async () => {
  const dir = await mkdtemp(join(tmpdir(), 'logger-'))
  cleanups.push(() => rm(dir, { recursive: true, force: true }))
  const log = join(dir, 'told.txt')
  const logger = `import { appendFileSync } from 'node:fs'
    export default { onSuccess: ({ status }) => appendFileSync(${JSON.stringify(log)}, status) }`
  await writeFile(join(dir, 'my-logger.mjs'), logger)
  const { ask } = await setup({ callbacks: [join(dir, 'my-logger.mjs')] })
  await ask()
  await until(() => existsSync(log) && readFileSync(log, 'utf8') === 'success')
})

test('a logger in code is told beside the ledger, and told again what it threw at', async () => {
  const told: unknown[] = []
  let faults = 1
  const logger = {
    name: 'mine',
    async onSuccess({ id, response_cost }: Record<string, unknown>) {
      if (faults-- > 0) throw new Error('not now')
      told.push([id, response_cost])
    },
  }
  const { ask, rows } = await setup({}, { callbacks: [logger] })
  await ask('please fail')
  await ask()
  await until(() => told.length === 1)
  const [, row] = await rows()
  expect(told).toEqual([[row!.request_id, row!.spend]])
})

test("a sink of one's own is told beside the ledger, and cannot break it", async () => {
  const told: string[] = []
  const sink: SpendSink = {
    record({ callId }) {
      told.push(callId)
      throw new Error('not mine')
    },
    flush: async () => {},
    close: async () => {},
  }
  const { ask, rows, gateway } = await setup({}, { sink })
  const faults: string[] = []
  gateway.events.on('fault', ({ where }) => faults.push(where))
  expect((await ask()).status).toBe(200)
  expect([(await rows()).length, told.length, faults]).toEqual([1, 1, ['sink']])
})

test.each([
  [[{}], 'must have one of the methods onSuccess, onFailure'],
  [[{ onSuccess: 1 }], 'must have one of the methods onSuccess, onFailure'],
  [
    [
      { name: 'a', onSuccess() {} },
      { name: 'a', onSuccess() {} },
    ],
    'Two callbacks are named a',
  ],
])('a logger that cannot be told anything is an error: %#', (callbacks, sentence) => {
  expect(() => createLiteLLM({ enabled: false, config: {}, callbacks: callbacks as never })).toThrow(sentence)
})
