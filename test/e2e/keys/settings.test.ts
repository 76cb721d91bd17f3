import { expect, test } from '@jest/globals'
import { createLiteLLM } from '../../../src/index.ts'
import { MASTER_KEY, startApp } from '../../support/app.ts'
import { cleanups } from '../../support/cleanups.ts'
import { until } from '../../support/until.ts'
import { chatCompletion, type Script, sendJson, startUpstream } from '../../support/upstream.ts'

const ANSWER: Script = (res) => sendJson(res, 200, chatCompletion({ id: '', prompt: 100, completion: 20 }))

async function setup(
  general_settings: object = {},
  { script = ANSWER, more = {}, ...options }: { script?: Script; databaseUrl?: string; more?: object } = {},
) {
  const upstream = await startUpstream(script)
  cleanups.push(upstream.close)
  const model = (model_name: string) => ({
    model_name,
    litellm_params: { model: `openai/${model_name}`, api_base: upstream.url, api_key: 'k', num_retries: 0 },
  })
  const config = { model_list: [model('gpt-4o'), model('gpt-4o-mini')], general_settings, ...more }
  const app = await startApp({ upstream: upstream.url, options: { config, ...options } })
  cleanups.push(async () => {
    // A database that is away takes nothing any more.
    await app.gateway.close({ timeoutMs: 200 })
    await app.close()
  })
  const chat = (secret: string, body: object = {}) =>
    app.post('/v1/chat/completions', secret, { model: 'gpt-4o', messages: [], max_tokens: 1, ...body })
  return { app, chat, upstream }
}

const budget = (columns: object) => ({ budget_id: 'b', created_by: 'x', updated_by: 'x', ...columns })

test('a soft budget that is reached is told once, and the call passes', async () => {
  const { app, chat } = await setup()
  await app.sql`insert into "LiteLLM_BudgetTable" ${app.sql(budget({ soft_budget: 1 }))}`
  const key = await app.key({ budget_id: 'b', spend: 2 })
  const told: unknown[] = []
  app.gateway.events.on('budget:alert', (alert) => told.push(alert))
  for (let count = 0; count < 3; count++) expect((await chat(key.secret)).status).toBe(200)
  expect(told).toEqual([{ kind: 'soft', entity: 'key', id: key.hashedToken, spend: expect.any(Number), budget: 1 }])
})

test('a budget that is nearly spent is told', async () => {
  const { app, chat } = await setup()
  const key = await app.key({ max_budget: 10, spend: 8.5 })
  const told: unknown[] = []
  app.gateway.events.on('budget:alert', (alert) => told.push(alert))
  expect((await chat(key.secret)).status).toBe(200)
  expect(told).toEqual([{ kind: 'near', entity: 'key', id: key.hashedToken, spend: 8.5, budget: 10 }])
})

test('a call whose budget for the model is spent goes to the fallback of the key, and its row says so', async () => {
  const { app } = await setup()
  await app.sql`alter table "LiteLLM_VerificationToken" add column budget_fallbacks jsonb not null default '{}'`
  // Another gateway, which reads the tables as they are now.
  const again = await setup({}, { databaseUrl: app.databaseUrl })
  const key = await app.key({
    model_max_budget: app.sql.json({ 'gpt-4o': { budget_limit: 0, time_period: '1d' } }),
    budget_fallbacks: app.sql.json({ 'gpt-4o': ['gpt-4o-mini'] }),
  })
  expect((await again.chat(key.secret)).status).toBe(200)
  expect(JSON.parse(again.upstream.requests[0]!.body.toString())).toMatchObject({ model: 'gpt-4o-mini' })
  await again.app.gateway.flush()
  const [row] = await app.sql`select model_group from "LiteLLM_SpendLogs"`
  expect(row).toEqual({ model_group: 'gpt-4o-mini' })
})

test('a key that its budget slows down is stopped by its rate, not by its budget', async () => {
  const { app, chat } = await setup({}, { more: { litellm_settings: { budget_exceeded_throttle_percentage: 0.1 } } })
  const columns = { max_budget: 1, spend: 2, rpm_limit: 20 }
  const slow = await app.key({ ...columns, metadata: app.sql.json({ throttle_on_budget_exceeded: true }) })
  const statuses: number[] = []
  for (let count = 0; count < 3; count++) statuses.push((await chat(slow.secret)).status)
  expect(statuses).toEqual([200, 200, 429])
  expect(await (await chat(slow.secret)).json()).toMatchObject({
    error: { message: expect.stringContaining('Limit type: requests. Current limit: 2,') },
  })
  const plain = await app.key(columns)
  expect(await (await chat(plain.secret)).json()).toMatchObject({ error: { type: 'budget_exceeded' } })
})

test('a day of a budget window begins at midnight of `timezone`', async () => {
  const { app } = await setup()
  await app.sql.unsafe(`
    alter table "LiteLLM_VerificationToken" add column budget_limits jsonb;
    create table "LiteLLM_BudgetWindowSpend" (
      entity_type text not null, entity_id text not null, window_duration text not null,
      window_start timestamp(3) not null, spend double precision not null default 0,
      created_at timestamp(3) not null default current_timestamp, updated_at timestamp(3) not null,
      primary key (entity_type, entity_id, window_duration)
    )`)
  const { app: zoned, chat } = await setup(
    {},
    { databaseUrl: app.databaseUrl, more: { litellm_settings: { timezone: zoneWhereItIsOne() } } },
  )
  const spentBefore = async (minutes: number) => {
    const budget_limits = app.sql.json([{ budget_duration: '1d', max_budget: 1 }])
    const key = await app.key({ budget_limits })
    await app.sql`
      insert into "LiteLLM_SpendLogs" (request_id, call_type, api_key, "startTime", "endTime", spend)
      select ${key.hashedToken}, 'acompletion', ${key.hashedToken}, t, t, 5
      from (select now() at time zone 'UTC' - make_interval(mins => ${minutes}) as t) as r`
    return (await chat(key.secret)).status
  }
  // Yesterday, and today.
  expect([await spentBefore(130), await spentBefore(20)]).toEqual([200, 422])
  await zoned.gateway.flush()
  const [row] = await app.sql`
    select now() at time zone 'UTC' - window_start as age, extract(minute from window_start)::int as minute
    from "LiteLLM_BudgetWindowSpend"`
  expect(row).toMatchObject({ minute: 0, age: expect.stringMatching(/^0[12]:/) })
})

/** A zone whose clock shows between one and two. */
function zoneWhereItIsOne(): string {
  const ahead = ((1 - new Date().getUTCHours() + 36) % 24) - 12
  return ahead === 0 ? 'Etc/GMT' : `Etc/GMT${ahead > 0 ? '-' : '+'}${Math.abs(ahead)}`
}

test('budgets are reset by the clock of `timezone`', async () => {
  const { app, chat } = await setup({}, { more: { litellm_settings: { timezone: 'Asia/Tokyo' } } })
  const answer = await app.post('/key/generate', MASTER_KEY, { budget_duration: '1d' })
  const { token } = (await answer.json()) as { token: string }
  const resetAt = async () => {
    const [row] = await app.sql`select budget_reset_at from "LiteLLM_VerificationToken" where token = ${token}`
    return (row!.budget_reset_at as Date).toISOString().slice(11)
  }
  // There is no summer time in Tokyo.
  expect(await resetAt()).toBe('15:00:00.000Z')
  expect((await chat((await app.key()).secret)).status).toBe(200)
  expect(() => createLiteLLM({ config: { litellm_settings: { timezone: 'Mars' } } })).toThrow('name of a time zone')
})

test.each([
  ['total', 120],
  ['input', 100],
  ['output', 20],
])('token_rate_limit_type %s: a call of 100 and 20 tokens uses %i', async (token_rate_limit_type, used) => {
  const { app, chat } = await setup({ token_rate_limit_type })
  const full = await app.key({ tpm_limit: used })
  expect((await chat(full.secret)).status).toBe(200)
  expect((await chat(full.secret)).status).toBe(429)
  const roomy = await app.key({ tpm_limit: used + 1 })
  expect((await chat(roomy.secret)).status).toBe(200)
  expect((await chat(roomy.secret)).status).toBe(200)
})

const NOWHERE = 'postgres://nobody@127.0.0.1:1/none'

test('while the database is away nobody gets in who is not known', async () => {
  const { chat } = await setup({}, { databaseUrl: NOWHERE })
  const answer = await chat('sk-anything')
  expect([answer.status, ((await answer.json()) as any).error.type]).toEqual([503, 'no_db_connection'])
})

test('allow_requests_on_db_unavailable lets them in, as an ordinary user', async () => {
  const { app, chat } = await setup({ allow_requests_on_db_unavailable: true }, { databaseUrl: NOWHERE })
  expect((await chat('sk-anything')).status).toBe(200)
  const log = await fetch(`${app.url}/spend/logs`, { headers: { authorization: 'Bearer sk-anything' } })
  expect(log.status).toBe(503)
})

test('a fallback that a request brings is refused where its key may not go', async () => {
  const failing: Script = (res, { body }) =>
    body.toString().includes('gpt-4o-mini')
      ? sendJson(res, 200, chatCompletion({ id: '' }))
      : sendJson(res, 400, { error: { message: 'context_length_exceeded', code: 'context_length_exceeded' } })
  const { app, chat } = await setup({}, { script: failing })
  const body = { context_window_fallbacks: ['gpt-4o-mini'] }
  const free = await app.key()
  expect((await chat(free.secret, body)).status).toBe(200)
  // By its team's list: the key's own says nothing.
  await app.sql`insert into "LiteLLM_TeamTable" ${app.sql({ team_id: 't', models: ['gpt-4o'] })}`
  const bound = await app.key({ team_id: 't' })
  expect((await chat(bound.secret, body)).status).toBe(403)
})

test('what LiteLLM’s settings and environment say about new keys is done, without a warning', async () => {
  const warned: string[] = []
  const listen = ({ message }: Error) => warned.push(message)
  process.on('warning', listen)
  const { app, chat } = await setup(
    {},
    {
      more: {
        litellm_settings: {
          default_key_generate_params: { max_budget: 3 },
          upperbound_key_generate_params: { tpm_limit: 9_000 },
        },
        environment_variables: {
          LITELLM_KEY_ROTATION_GRACE_PERIOD: '1h',
          DISABLE_KEY_NAME: 'True',
          LENGTH_OF_LITELLM_GENERATED_KEY: '32',
        },
      },
    },
  )
  const post = async (path: string, body: object) => (await (await app.post(path, MASTER_KEY, body)).json()) as any
  const made = await post('/key/generate', {})
  expect(made).toMatchObject({ max_budget: 3, tpm_limit: 9_000, key_name: null })
  expect(made.key).toHaveLength('sk-'.length + 43)
  expect((await post('/key/generate', { tpm_limit: 9_001 })).error.code).toBe('400')
  const next = await post('/key/regenerate', { key: made.key })
  expect([(await chat(made.key)).status, (await chat(next.key)).status]).toEqual([200, 200])
  process.off('warning', listen)
  expect(warned).toEqual([])
})

test('LITELLM_RATE_LIMIT_WINDOW_SIZE is the window of limits, in seconds', async () => {
  const { app, chat } = await setup({}, { more: { environment_variables: { LITELLM_RATE_LIMIT_WINDOW_SIZE: '4' } } })
  const { secret } = await app.key({ rpm_limit: 1 })
  expect([(await chat(secret)).status, (await chat(secret)).status]).toEqual([200, 429])
  await until(async () => (await chat(secret)).status === 200)
})

test('behind a pooler in transaction mode it says that changes of keys cannot be heard', async () => {
  const { app } = await setup()
  const told: string[] = []
  const gateway = createLiteLLM({
    databaseUrl: `${app.databaseUrl}?pgbouncer=true`,
    minConns: 0,
    maxConns: 1,
    config: {},
  })
  cleanups.push(async () => void (await gateway.close()))
  gateway.events.on('keys:deaf', () => told.push('keys:deaf'))
  app.gateway.events.on('keys:deaf', () => told.push('the other'))
  await gateway.ready()
  await app.gateway.ready()
  expect(told).toEqual(['keys:deaf'])
})
