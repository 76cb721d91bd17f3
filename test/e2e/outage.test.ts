import { once } from 'node:events'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { expect, test } from '@jest/globals'
import { createLiteLLM, type LiteLLMOptions, litellm } from '../../src/index.ts'
import { MASTER_KEY } from '../support/app.ts'
import { cleanups } from '../support/cleanups.ts'
import { createTestDatabase } from '../support/database.ts'
import { startLine } from '../support/database-line.ts'
import { createKey } from '../support/keys.ts'
import { until } from '../support/until.ts'
import { chatCompletion, sendJson, startUpstream } from '../support/upstream.ts'

type SetupOptions = { readonly cut?: boolean; readonly general_settings?: object } & LiteLLMOptions

async function setup({ cut = false, general_settings = {}, ...options }: SetupOptions = {}) {
  const database = await createTestDatabase()
  cleanups.push(database.drop)
  const upstream = await startUpstream((res) => sendJson(res, 200, chatCompletion({ id: '' })))
  cleanups.push(upstream.close)
  const line = await startLine(database.url)
  cleanups.push(line.close)
  if (cut) line.cut()
  const gateway = createLiteLLM({
    databaseUrl: line.url,
    masterKey: MASTER_KEY,
    minConns: 1,
    // With fewer the writer has one connection, and waits its statement's deadline out when that is lost.
    maxConns: 8,
    logFlushInterval: '20ms',
    logRetryDelay: '20ms',
    healthCheckInterval: '50ms',
    authCacheTtl: '1ms',
    config: {
      general_settings,
      model_list: [
        { model_name: 'gpt-4o', litellm_params: { model: 'openai/gpt-4o', api_base: upstream.url, api_key: 'x' } },
      ],
    },
    ...options,
  })
  cleanups.push(() => gateway.close())
  const server: Server = createServer((req, res) => void litellm({ gateway })(req, res, () => res.writeHead(404).end()))
  await once(server.listen(0, '127.0.0.1'), 'listening')
  cleanups.push(async () => server.close().closeAllConnections())
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  const chat = (secret: string, more: object = {}) =>
    fetch(`${url}/v1/chat/completions`, {
      method: 'POST',
      headers: { authorization: `Bearer ${secret}` },
      body: JSON.stringify({ model: 'gpt-4o', messages: [], ...more }),
    })
  const readiness = async () => (await fetch(`${url}/health/readiness`)).status
  return { ...database, line, gateway, chat, readiness, key: await createKey(database.sql) }
}

test('while the database is away: unknown keys get 503, known and master keys go on, and every call is in the ledger afterwards', async () => {
  const { line, chat, key, sql, gateway, readiness } = await setup()
  const stranger = await createKey(sql)
  await until(async () => (await readiness()) === 200)
  expect((await chat(key.secret)).status).toBe(200)

  line.cut()
  await until(async () => (await readiness()) === 503)
  const refused = await chat(stranger.secret)
  expect(refused.status).toBe(503)
  expect(refused.headers.get('retry-after')).toBe('1')
  expect(await refused.json()).toMatchObject({ error: { type: 'no_db_connection' } })
  for (const secret of [key.secret, MASTER_KEY, key.secret, MASTER_KEY]) expect((await chat(secret)).status).toBe(200)

  line.mend()
  await until(async () => (await readiness()) === 200)
  await until(async () => (await chat(stranger.secret)).status === 200)
  await gateway.flush()
  const rows =
    await sql`select api_key, count(*)::int as count from "LiteLLM_SpendLogs" where status = 'success' group by 1`
  expect(new Map(rows.map((row) => [row.api_key, row.count]))).toEqual(
    new Map([
      [key.hashedToken, 3],
      ['litellm_proxy_master_key', 2],
      [stranger.hashedToken, 1],
    ]),
  )
})

test('a database that is away at the start is waited for: the master key works, virtual keys get 503, then all is well', async () => {
  const { line, chat, key, gateway, sql, readiness } = await setup({ cut: true })
  await until(async () => (await readiness()) === 503)
  expect((await chat(MASTER_KEY)).status).toBe(200)
  expect((await chat(key.secret)).status).toBe(503)
  line.mend()
  await until(async () => (await chat(key.secret)).status === 200)
  await gateway.flush()
  const rows = await sql`select api_key from "LiteLLM_SpendLogs" where status = 'success' order by "startTime"`
  expect(rows.map(({ api_key }) => api_key)).toEqual(['litellm_proxy_master_key', key.hashedToken])
})

test('readiness asks a database that was not there the last time', async () => {
  const { readiness } = await setup({ healthCheckInterval: '1h' })
  expect(await readiness()).toBe(200)

  const { line: cut, readiness: later } = await setup({ healthCheckInterval: '1h', cut: true })
  expect(await later()).toBe(503)
  cut.mend()
  expect(await later()).toBe(200)
})

test('where budgets fail closed, keys that have one wait for the database, and others do not', async () => {
  const general_settings = { fail_closed_budget_enforcement: true }
  const { line, chat, key, readiness, sql, gateway } = await setup({ general_settings, authCacheTtl: 200 })
  const budgeted = await createKey(sql, { max_budget: 5 })
  await until(async () => (await readiness()) === 200)
  for (const { secret } of [key, budgeted]) expect((await chat(secret)).status).toBe(200)
  await gateway.flush()
  line.cut()
  await until(async () => (await chat(budgeted.secret)).status === 503)
  const refused = await chat(budgeted.secret)
  expect([refused.status, refused.headers.get('retry-after')]).toEqual([503, '1'])
  expect(await refused.json()).toMatchObject({
    error: {
      type: 'auth_error',
      code: '503',
      param: 'None',
      message: expect.stringMatching(/^{'error': 'Budget enforcement unavailable/),
    },
  })
  expect((await chat(key.secret)).status).toBe(200)
  // Nobody can say whether this one has a budget.
  expect((await chat(key.secret, { user: 'somebody' })).status).toBe(503)
  line.mend()
  await until(async () => (await chat(budgeted.secret)).status === 200)
})

test('staleIfError: 0 lets no key go on without the database, which is no 401', async () => {
  const { line, chat, key, readiness } = await setup({ staleIfError: 0 })
  await until(async () => (await readiness()) === 200)
  expect((await chat(key.secret)).status).toBe(200)
  line.cut()
  await until(async () => (await readiness()) === 503)
  const refused = await chat(key.secret)
  expect([refused.status, refused.headers.get('retry-after')]).toEqual([503, '1'])
  expect(await refused.json()).toMatchObject({ error: { type: 'no_db_connection', code: '503' } })
})
