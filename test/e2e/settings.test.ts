import { afterAll, beforeAll, expect, test } from '@jest/globals'
import { CALLBACK_ROUTES } from '../../src/admin/settings/callback-routes.ts'
import { CONFIG_ROUTES } from '../../src/admin/settings/config-routes.ts'
import { ROUTER_ROUTES } from '../../src/admin/settings/router-routes.ts'
import { SHELL_ROUTES } from '../../src/admin/settings/shell.ts'
import { UI_SETTINGS_ROUTES } from '../../src/admin/settings/ui-settings.ts'
import { packageProgram } from '../../src/cli/postgres/package-program.ts'
import { readStoredConfig } from '../../src/cli/serve/stored-config.ts'
import { resolveOptions } from '../../src/config/options.ts'
import { MASTER_KEY, startApp, type TestApp } from '../support/app.ts'
import { chatCompletion, sendJson, startUpstream } from '../support/upstream.ts'

const ROUTES = { ...CONFIG_ROUTES, ...CALLBACK_ROUTES, ...ROUTER_ROUTES, ...UI_SETTINGS_ROUTES, ...SHELL_ROUTES }
const RELAYED = [
  { path: '/relayed', target: 'https://example.com', headers: { Authorization: 'Bearer sk-of-the-target' } },
]
const GENERAL = { store_model_in_db: true, max_request_size_mb: 9, pass_through_endpoints: RELAYED }
/** What a query has to say. */
const QUERIES: Readonly<Record<string, string>> = {
  '/config/list': '?config_type=general_settings',
  '/config/field/info': '?field_name=store_model_in_db',
}

let app: TestApp
let upstream: Awaited<ReturnType<typeof startUpstream>>
const keys: Record<string, string | undefined> = { nobody: undefined, admin: MASTER_KEY }

beforeAll(async () => {
  upstream = await startUpstream((res) => sendJson(res, 200, chatCompletion()))
  app = await startApp({
    upstream: upstream.url,
    database: { schema: 'empty' },
    options: {
      config: {
        model_list: [
          { model_name: 'm', litellm_params: { model: 'openai/gpt-4o', api_base: upstream.url, api_key: 'k' } },
        ],
        general_settings: GENERAL,
      },
    },
  })
  await app.gateway.migrate()
  for (const role of ['internal_user', 'proxy_admin_viewer']) {
    const made = await app.post('/user/new', MASTER_KEY, { user_id: role, user_role: role })
    keys[role] = ((await made.json()) as { key: string }).key
  }
})
afterAll(async () => {
  await app.close()
  await upstream.close()
})

const send = (method: string, path: string, secret?: string, body?: unknown) =>
  fetch(app.url + path, {
    method,
    headers: { ...(secret && { authorization: `Bearer ${secret}` }), 'content-type': 'application/json' },
    ...(body !== undefined && { body: JSON.stringify(body) }),
  })
const get = async (path: string, secret = MASTER_KEY) => (await (await send('GET', path, secret)).json()) as any
const change = async (path: string, body: unknown, method = 'POST') => {
  const answer = await send(method, path, MASTER_KEY, body)
  return [answer.status, (await answer.json()) as any] as const
}
const section = async (name: string) =>
  (await app.sql`select param_value from "LiteLLM_Config" where param_name = ${name}`)[0]?.param_value

const STATUSES = {
  public: { nobody: 200, internal_user: 200, proxy_admin_viewer: 200, admin: 200 },
  anyone: { nobody: 401, internal_user: 200, proxy_admin_viewer: 200, admin: 200 },
  views: { nobody: 401, internal_user: 401, proxy_admin_viewer: 200, admin: 200 },
} as const

test.each(Object.keys(ROUTES).filter((route) => route.startsWith('GET ')))(
  '%s is for those whom LiteLLM lets see it',
  async (route) => {
    const path = route.slice('GET '.length)
    const { access } = ROUTES[route]!
    const wanted = STATUSES[access as keyof typeof STATUSES]
    const got = Object.keys(wanted).map(async (who) => [
      who,
      (await send('GET', path + (QUERIES[path] ?? ''), keys[who])).status,
    ])
    expect(Object.fromEntries(await Promise.all(got))).toEqual(wanted)
  },
)

test.each(Object.keys(ROUTES).filter((route) => !route.startsWith('GET ')))(
  '%s is for administrators',
  async (route) => {
    const [method, path] = route.split(' ') as [string, string]
    const status = async (who: string) => (await send(method, path, keys[who], {})).status
    expect([await status('nobody'), await status('internal_user'), await status('proxy_admin_viewer')]).toEqual([
      401, 401, 403,
    ])
  },
)

test('what /config/update stores of the router holds at once', async () => {
  const call = () =>
    app.post('/v1/chat/completions', MASTER_KEY, { model: 'other', messages: [{ role: 'user', content: 'a' }] })
  expect((await call()).status).toBe(400)
  const [status, answer] = await change('/config/update', {
    router_settings: { model_group_alias: { other: 'm' }, num_retries: 4 },
  })
  expect([status, answer]).toEqual([200, { message: 'Config updated successfully' }])
  expect((await call()).status).toBe(200)
  expect((await get('/router/settings')).current_values).toMatchObject({
    num_retries: 4,
    model_group_alias: { other: 'm' },
  })
  expect((await get('/get/config/callbacks')).router_settings.num_retries).toBe(4)
  await change('/config/update', { router_settings: { num_retries: 5 } })
  expect(await section('router_settings')).toEqual({ model_group_alias: { other: 'm' }, num_retries: 5 })
})

test('settings that are unknown, of a wrong type or of the file are refused, and nothing is stored', async () => {
  const before = await app.sql`select * from "LiteLLM_Config" order by param_name`
  expect((await change('/config/update', { router_settings: { nonsense: 1 } }))[0]).toBe(400)
  expect((await change('/config/update', { router_settings: { num_retries: 'many' } }))[0]).toBe(400)
  expect((await change('/config/update', { general_settings: { max_request_size_mb: 'x' } }))[0]).toBe(400)
  const [status, answer] = await change('/config/field/update', { field_name: 'max_request_size_mb', field_value: 10 })
  expect([status, JSON.stringify(answer)]).toEqual([400, expect.stringContaining('configuration file')])
  expect((await change('/config/field/update', { field_name: 'nope', field_value: 1 }))[0]).toBe(400)
  expect(await app.sql`select * from "LiteLLM_Config" order by param_name`).toEqual(before)
})

test('one of the general settings is set, told with where it comes from, and taken back', async () => {
  const [status, row] = await change('/config/field/update', {
    field_name: 'store_prompts_in_spend_logs',
    field_value: true,
  })
  expect([status, row.param_value]).toEqual([200, { store_prompts_in_spend_logs: true }])
  const info = (name: string) => get(`/config/field/info?field_name=${name}`)
  expect(await info('store_prompts_in_spend_logs')).toEqual({
    field_name: 'store_prompts_in_spend_logs',
    field_value: true,
    source: 'db',
    editable: true,
  })
  expect(await info('max_request_size_mb')).toMatchObject({ field_value: 9, source: 'config', editable: false })
  const fields = (await get('/config/list?config_type=general_settings')) as { field_name: string }[]
  const listed = fields.find(({ field_name }) => field_name === 'store_prompts_in_spend_logs')
  expect(listed).toMatchObject({ field_value: true, stored_in_db: true, field_type: 'Boolean', editable: true })
  expect((await change('/config/field/delete', { field_name: 'store_prompts_in_spend_logs' }))[1].param_value).toEqual(
    {},
  )
  expect((await send('GET', '/config/field/info?field_name=store_prompts_in_spend_logs', MASTER_KEY)).status).toBe(400)
})

test('no secret of the configuration is shown', async () => {
  const answers = ['master_key', 'pass_through_endpoints'].map((name) => get(`/config/field/info?field_name=${name}`))
  const text = JSON.stringify([...(await Promise.all(answers)), await get('/config/list?config_type=general_settings')])
  expect(text).not.toContain('sk-of-the-target')
  expect(text).not.toContain(MASTER_KEY)
  expect(text).toContain('https://example.com')
})

test('a callback and its variables are added, sealed, masked, left alone when they come back masked, and taken out', async () => {
  const variables = { LANGFUSE_PUBLIC_KEY: 'pk-public-one', LANGFUSE_SECRET_KEY: 'sk-secret-one' }
  await change('/config/update', {
    litellm_settings: { success_callback: ['Langfuse'] },
    environment_variables: variables,
  })
  const stored = JSON.stringify(await section('environment_variables'))
  expect(stored).not.toContain('secret-one')
  const { callbacks } = await get('/get/config/callbacks')
  expect(callbacks).toMatchObject([{ name: 'langfuse', type: 'success' }])
  expect(JSON.stringify(callbacks)).not.toContain('secret-one')
  await change('/config/update', { environment_variables: callbacks[0].variables })
  expect(JSON.stringify(await section('environment_variables'))).toBe(stored)
  await change('/config/update', { litellm_settings: { success_callback: ['datadog'] } })
  expect((await section('litellm_settings')).success_callback).toEqual(['langfuse', 'datadog'])
  const [status, gone] = await change('/config/callback/delete', { callback_name: 'datadog' })
  expect([status, gone.remaining_callbacks]).toEqual([200, ['langfuse']])
  expect((await change('/config/callback/delete', { callback_name: 'datadog' }))[0]).toBe(404)
  const log =
    await app.sql`select row_to_json(a)::text as text from "LiteLLM_AuditLog" as a where table_name = 'LiteLLM_Config'`
  expect(log.length).toBeGreaterThan(2)
  expect(log.filter(({ text }) => text.includes('secret-one'))).toEqual([])
})

test('defaults for users and teams hold for those that are made next', async () => {
  const [status] = await change('/update/internal_user_settings', { max_budget: 12, budget_duration: '30d' }, 'PATCH')
  expect(status).toBe(200)
  expect((await get('/get/internal_user_settings')).values).toMatchObject({
    max_budget: 12,
    user_role: 'internal_user_viewer',
  })
  const made = await change('/user/new', { user_role: 'internal_user', auto_create_key: false })
  expect(made[1]).toMatchObject({ max_budget: 12, budget_duration: '30d' })
  await change('/update/default_team_settings', { tpm_limit: 77 }, 'PATCH')
  expect((await change('/team/new', {}))[1]).toMatchObject({ tpm_limit: 77 })
  expect((await change('/update/default_team_settings', { tpm_limit: 'x' }, 'PATCH'))[0]).toBe(422)
})

test('what the dashboard shows is stored, and a picture is an address of the web', async () => {
  expect((await change('/update/ui_settings', { disable_custom_api_keys: true }, 'PATCH'))[0]).toBe(200)
  await change('/update/ui_settings', { enable_chat_ui: true }, 'PATCH')
  const { values, source } = await get('/get/ui_settings')
  expect(values).toMatchObject({ disable_custom_api_keys: true, enable_chat_ui: true, enable_projects_ui: false })
  expect(source).toMatchObject({ enable_chat_ui: 'db', enable_projects_ui: 'default' })
  expect((await change('/update/ui_theme_settings', { logo_url: 'file:///etc/passwd' }, 'PATCH'))[0]).toBe(400)
  await change('/update/ui_theme_settings', { logo_url: 'https://example.com/logo.png' }, 'PATCH')
  expect((await get('/get/ui_theme_settings')).values.logo_url).toBe('https://example.com/logo.png')
  expect(app.gateway.ui?.pictures().logo).toBe('https://example.com/logo.png')
})

test('discounts, margins and the block of unpriced models are stored as LiteLLM names them', async () => {
  expect((await change('/config/cost_discount_config', { openai: 0.1 }, 'PATCH'))[0]).toBe(200)
  expect((await change('/config/cost_discount_config', { openai: 2 }, 'PATCH'))[0]).toBe(400)
  expect(await get('/config/cost_discount_config')).toEqual({ values: { openai: 0.1 } })
  await change('/config/block_requests_for_models_without_pricing', { enabled: true }, 'PATCH')
  expect(await get('/config/block_requests_for_models_without_pricing')).toEqual({ enabled: true })
})

test('a discount and a rule for calls hold for the next call, without a restart', async () => {
  const call = () =>
    app.post('/v1/chat/completions', MASTER_KEY, { model: 'm', messages: [{ role: 'user', content: 'a' }] })
  const cost = async () => Number((await call()).headers.get('x-litellm-response-cost'))
  await change('/config/cost_discount_config', {}, 'PATCH')
  const full = await cost()
  await change('/config/cost_discount_config', { openai: 0.5 }, 'PATCH')
  expect(await cost()).toBeCloseTo(full / 2, 12)
  await change('/config/field/update', { field_name: 'enforce_user_param', field_value: true })
  expect((await call()).status).toBe(401)
  await change('/config/field/delete', { field_name: 'enforce_user_param' })
  expect((await call()).status).toBe(200)
})

test('`serve` starts with what is stored behind what the file says, and leaves out what is wrong', async () => {
  const stored = { disable_spend_logs: true, max_request_size_mb: 1, master_key: 'sk-other', health_check_interval: [] }
  await app.sql`
    insert into "LiteLLM_Config" (param_name, param_value) values ('general_settings', ${app.sql.json(stored)})
    on conflict (param_name) do update set param_value = excluded.param_value`
  const config = { general_settings: { store_model_in_db: true, max_request_size_mb: 9 } }
  const options = { config, databaseUrl: app.databaseUrl, masterKey: MASTER_KEY }
  const around = {
    ...{ env: {}, cwd: '.', print: () => {}, warn: () => {} },
    stopRequested: new Promise<void>(() => {}),
  }
  const settings = packageProgram.resolveOptions(options, {}, '.')
  const read = await readStoredConfig({ optionsNow: () => options, settings }, around)
  const resolved = resolveOptions(options, {}, '.', read)
  expect(resolved.settings.general).toMatchObject({ maxRequestSizeMb: 9, disableSpendLogs: true })
  expect(resolved.settings.litellm).toMatchObject({ successCallback: ['langfuse'] })
  expect(resolved.env).toMatchObject({ LANGFUSE_SECRET_KEY: 'sk-secret-one' })
  expect(resolved.masterKey).toBe(MASTER_KEY)
  expect(resolved.fileSettings.general_settings).toEqual(config.general_settings)
  expect(resolved.warnings).toEqual([expect.stringContaining('health_check_interval')])
})
