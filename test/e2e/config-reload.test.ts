import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import type { ServerResponse } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from '@jest/globals'
import type { LiteLLMOptions } from '../../src/index.ts'
import { MASTER_KEY, startApp } from '../support/app.ts'
import { startCallbackServer } from '../support/callback-server.ts'
import { cleanups } from '../support/cleanups.ts'
import { until } from '../support/until.ts'
import { chatCompletion, chatEvents, sendJson, startUpstream } from '../support/upstream.ts'

/** Two upstreams, of which the first holds its streams open, and a config file that names the first. */
async function setup(options: LiteLLMOptions = {}, more: object = {}) {
  const held: ServerResponse[] = []
  const events = chatEvents({ id: 'one', words: ['from', 'one'] })
  const one = await startUpstream((res, { body }) => {
    if (!body.includes('"stream":true')) return sendJson(res, 200, chatCompletion({ id: '', content: 'from one' }))
    res.writeHead(200, { 'content-type': 'text/event-stream' })
    res.write(events[0])
    held.push(res)
  })
  const two = await startUpstream((res) => sendJson(res, 200, chatCompletion({ id: '', content: 'from two' })))
  cleanups.push(one.close, two.close)
  const dir = await mkdtemp(join(tmpdir(), 'reload-'))
  cleanups.push(() => rm(dir, { recursive: true, force: true }))
  const file = join(dir, 'config.yaml')
  const write = (config: object | string) =>
    writeFile(file, typeof config === 'string' ? config : JSON.stringify(config))
  const model = (api_base: string, price: number, name = 'm') => ({
    model_name: name,
    litellm_params: {
      model: 'openai/gpt-4o',
      api_base,
      api_key: 'sk-provider',
      input_cost_per_token: price,
      output_cost_per_token: price,
    },
  })
  await write({ model_list: [model(one.url, 1e-6)], ...more })
  const app = await startApp({ upstream: '', options: { config: file, ...options } })
  cleanups.push(app.close)
  const ask = async (secret = MASTER_KEY, name = 'm', stream = false) =>
    await app.post('/v1/chat/completions', secret, { model: name, stream, messages: [{ role: 'user', content: 'Hi' }] })
  const reload = async (secret = MASTER_KEY) => {
    const answer = await app.post('/config/reload', secret, {})
    return { status: answer.status, body: (await answer.json()) as any }
  }
  const goOn = () => {
    for (const res of held) res.end(events.slice(1).join(''))
  }
  return { app, one, two, write, model, ask, reload, held, goOn }
}

test('a reload takes models, prices, limits and callbacks, and drops no call', async () => {
  const environment_variables = { DEFAULT_FLUSH_INTERVAL_SECONDS: '0.02' }
  const { app, one, two, write, model, ask, reload, held, goOn } = await setup({}, { environment_variables })
  const told = await startCallbackServer()
  const { secret } = await app.key()
  const running = await ask(secret, 'm', true)
  await until(() => held.length === 1)

  await write({
    model_list: [model(two.url, 5e-6), model(two.url, 0, 'new')],
    litellm_settings: { success_callback: ['mine'], rpm: 2, default_key_generate_params: { max_budget: 7 } },
    callback_settings: { mine: { callback_type: 'generic_api', endpoint: told.url } },
    environment_variables,
    general_settings: { user_header_name: 'x-who' },
  })
  expect(await reload()).toEqual({
    status: 200,
    body: {
      status: 'reloaded',
      models: 2,
      rejected_models: [],
      warnings: [],
      needs_restart: ['general_settings.user_header_name'],
    },
  })
  expect(await (await ask(secret)).text()).toContain('from two')
  expect((await ask(secret, 'new')).status).toBe(200)
  // `rpm` of all calls together.
  expect((await ask(secret)).status).toBe(429)
  goOn()
  expect(await running.text()).toMatch(/from.*one.*\[DONE\]/s)

  const rows = await app.rows()
  const spends = rows
    .filter(({ status }) => status === 'success')
    .map(({ spend, total_tokens }) => spend / total_tokens)
  expect(spends.sort()).toEqual([0, expect.closeTo(1e-6, 9), expect.closeTo(5e-6, 9)])
  await until(() => told.accepted.flatMap(({ body }) => body).length === 3)
  const made = await (await app.post('/key/generate', MASTER_KEY, {})).json()
  expect(made).toMatchObject({ max_budget: 7 })
  expect([one.requests.length, two.requests.length]).toEqual([1, 2])

  // A callback that is named no more hears of no further call; what the hooks of a file decide is not asked yet, and told.
  await write({ model_list: [model(two.url, 0)], litellm_settings: { callbacks: ['./rules.mjs'] } })
  expect(await reload()).toMatchObject({
    status: 200,
    body: { needs_restart: ['litellm_settings.callbacks: hooks of files'] },
  })
  const before = told.received.length
  expect((await ask(secret)).status).toBe(200)
  await app.rows()
  expect(told.received.length).toBe(before)
})

test.each([
  ['is no YAML', 'model_list: [', /config\.yaml/],
  ['has a value of a wrong type', 'general_settings: { max_request_size_mb: much }', /max_request_size_mb/],
  ['names a variable that is not set', 'general_settings: { master_key: os.environ/NO_SUCH_ONE }', /NO_SUCH_ONE/],
])('a file that %s changes nothing, and the answer says why', async (_, bad, reason) => {
  const { write, ask, reload } = await setup()
  await write(bad)
  const { status, body } = await reload()
  expect([status, body.error.message]).toEqual([400, expect.stringMatching(reason)])
  expect(body.error.message).toMatch(/^The old configuration stays/)
  expect(await (await ask()).text()).toContain('from one')
})

test('only administrators reload, and a model that cannot be served is named', async () => {
  const { app, write, model, one, ask, reload } = await setup()
  const { secret } = await app.key()
  expect((await reload(secret)).status).toBe(401)
  expect((await reload('sk-unknown')).status).toBe(401)
  const admin = await app.key({ user_id: 'boss' })
  await app.sql`insert into "LiteLLM_UserTable" (user_id, user_role) values ('boss', 'proxy_admin')`
  await write({ model_list: [{ model_name: 'x', litellm_params: { model: 'nobody/x' } }, model(one.url, 0)] })
  const { status, body } = await reload(admin.secret)
  expect([status, body.models, body.rejected_models]).toEqual([200, 1, [expect.stringContaining('nobody/x')]])
  expect((await ask(MASTER_KEY, 'x')).status).toBe(400)
})

test('models of the database stay through a reload', async () => {
  const { app, write, model, two, ask, reload } = await setup({}, { general_settings: { store_model_in_db: true } })
  const stored = { ...model(two.url, 0, 'stored'), model_info: {} }
  expect((await app.post('/model/new', MASTER_KEY, stored)).status).toBe(200)
  await write({ model_list: [model(two.url, 0)], general_settings: { store_model_in_db: true } })
  expect((await reload()).status).toBe(200)
  for (const name of ['m', 'stored']) expect(await (await ask(MASTER_KEY, name)).text()).toContain('from two')
})
