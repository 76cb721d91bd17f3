import { describe, expect, test } from '@jest/globals'
import express from 'express'
import type { Sql } from 'postgres'
import { nextReset } from '../../src/admission/facts/budget-duration.ts'
import { readSchema } from '../../src/database/schema.ts'
import { GatewayEvents } from '../../src/events.ts'
import { type LiteLLMOptions, litellm } from '../../src/index.ts'
import { BudgetResets } from '../../src/upkeep/budget-resets.ts'
import { defaultModels, MASTER_KEY, startApp } from '../support/app.ts'
import { cleanups } from '../support/cleanups.ts'
import { createTestDatabase, type TestDatabaseOptions } from '../support/database.ts'
import { createKey } from '../support/keys.ts'
import { until } from '../support/until.ts'
import { chatCompletion, chatEvents, sendJson, startUpstream } from '../support/upstream.ts'

const DAY_MS = 24 * 3_600_000
const FAR = '2099-01-01 00:00:00'

async function setup(options: TestDatabaseOptions = {}) {
  const { sql, url: databaseUrl, drop } = await createTestDatabase(options)
  cleanups.push(drop)
  // Each call costs a cent: 5,000 tokens out at 2 dollars a million.
  const upstream = await startUpstream((res, { body }) => {
    const usage = { id: '', prompt: 0, completion: 5_000 }
    if (!JSON.parse(body.toString()).stream) return sendJson(res, 200, chatCompletion(usage))
    res.writeHead(200, { 'content-type': 'text/event-stream' })
    res.end(chatEvents(usage).join(''))
  })
  cleanups.push(upstream.close)
  const serve = async (litellm_settings: object, more: LiteLLMOptions = {}) => {
    const config = { model_list: defaultModels(upstream.url), litellm_settings }
    const faults: { where: string; error: unknown }[] = []
    const app = await startApp({
      upstream: upstream.url,
      options: { config, databaseUrl, ...more },
      app: (gateway) => {
        gateway.events.on('fault', (fault) => faults.push(fault))
        return express().use(litellm({ gateway }))
      },
    })
    cleanups.push(app.close)
    const chat = async (secret: string, body: object = {}) => {
      const call = { model: 'gpt-4o', messages: [], max_tokens: 5_000, ...body }
      const answer = await app.post('/v1/chat/completions', secret, call)
      return { status: answer.status, text: await answer.text() }
    }
    return { ...app, chat, faults }
  }
  const log = async (request_id: string, spend: number, startTime: Date) => {
    const row = { request_id, call_type: 'acompletion', spend, startTime, endTime: startTime }
    await sql`insert into "LiteLLM_SpendLogs" ${sql(row)}`
  }
  return { sql, serve, log }
}

async function rowOf(sql: Sql) {
  const [row] = await sql`
    select max_budget, budget_duration, spend, budget_reset_at at time zone 'UTC' as resets_at
    from "LiteLLM_UserTable" where user_id = 'litellm-proxy-budget'`
  return row
}

const inserted = (sql: Sql) => until(async () => (await rowOf(sql)) !== undefined)

describe.each(['20250531', '20260216'] as const)('on a database of LiteLLM %s', (schema) => {
  test.each([
    ['1d', { budget_duration: '1d' }],
    ['1mo', { budget_duration: '1mo' }],
    ['30d', {}],
  ])('the row is there from the start, with a window of %s', async (duration, settings) => {
    const { sql, serve } = await setup({ schema })
    const before = nextReset(duration, new Date())
    await serve({ max_budget: 5, ...settings })
    await inserted(sql)
    const row = await rowOf(sql)
    expect(row).toMatchObject({ max_budget: 5, budget_duration: duration, spend: 0 })
    expect([before, nextReset(duration, new Date())]).toContainEqual(row!.resets_at)
  })
})

test('without a global budget there is no row', async () => {
  const { sql, serve } = await setup()
  const { chat } = await serve({ budget_duration: '1d' })
  expect((await chat(MASTER_KEY)).status).toBe(200)
  expect(await rowOf(sql)).toBeUndefined()
})

test.each(['sync', 'memory', 'journal'] as const)('each call is added to it once (%s)', async (durability) => {
  const { sql, serve } = await setup()
  const { chat, gateway } = await serve({ max_budget: 5, budget_duration: '1d' }, { durability })
  const plain = await createKey(sql)
  const own = await createKey(sql, { user_id: 'litellm-proxy-budget' })
  for (const { secret } of [plain, own, { secret: MASTER_KEY }])
    for (const stream of [false, true]) expect((await chat(secret, { stream })).status).toBe(200)
  await gateway.flush()
  await until(async () => (await sql`select 1 from "LiteLLM_SpendLogs"`).length === 6)
  expect((await rowOf(sql))!.spend).toBeCloseTo(0.06, 9)
})

describe.each(['memory', 'postgres'] as const)('with reservations in %s', (reserve) => {
  test('it holds all keys together, until its window ends', async () => {
    const { sql, serve } = await setup()
    const { chat, gateway } = await serve({ max_budget: 0.02, budget_duration: '1d' }, { reserve })
    const [one, other] = [await createKey(sql), await createKey(sql)]
    expect((await chat(one.secret)).status).toBe(200)
    // Its cost is written, and asked for while its lease is about to go.
    await gateway.flush()
    expect((await chat(other.secret)).status).toBe(200)
    expect(await chat(one.secret)).toMatchObject({ status: 422, text: expect.stringContaining('Max budget: 0.02') })
    await gateway.flush()
    await until(async () => (await rowOf(sql))!.spend > 0.019)

    await sql`update "LiteLLM_UserTable" set budget_reset_at = '2020-01-01'`
    const tables = await readSchema(sql)
    const resets = new BudgetResets({ sql, schema: async () => tables, events: new GatewayEvents(), forget() {} })
    cleanups.push(() => resets.close())
    expect(await resets.run()).toMatchObject({ user: 1 })
    expect(await rowOf(sql)).toMatchObject({ spend: 0, resets_at: nextReset('1d', new Date()) })
    await until(async () => (await chat(one.secret)).status === 200)
  })

  test('it holds what LiteLLM and other processes have spent in its window, and not what the log says of before', async () => {
    const { sql, serve, log } = await setup()
    await log('before', 100, new Date(Date.now() - 3 * DAY_MS))
    await sql`
      insert into "LiteLLM_UserTable" (user_id, spend, max_budget, budget_duration, budget_reset_at)
      values ('litellm-proxy-budget', 0.995, 1, '1d', ${FAR})`
    const { chat } = await serve({ max_budget: 1, budget_duration: '1d' }, { reserve })
    expect((await chat(MASTER_KEY)).status).toBe(200)
    expect((await chat(MASTER_KEY)).status).toBe(422)
  })
})

test.each([
  ['a new row', undefined],
  ['a row that was never reset', 77],
])('%s begins with what the log says of its window', async (_, spend) => {
  const { sql, serve, log } = await setup()
  await log('now', 2, new Date())
  await log('before', 100, new Date(Date.now() - 2 * DAY_MS))
  if (spend) await sql`insert into "LiteLLM_UserTable" (user_id, spend) values ('litellm-proxy-budget', ${spend})`
  await serve({ max_budget: 5, budget_duration: '1d' })
  await until(async () => (await rowOf(sql))?.budget_duration === '1d')
  expect(await rowOf(sql)).toMatchObject({ spend: 2, resets_at: nextReset('1d', new Date()) })
})

test('settings that change keep what is spent, and never let the open window end later', async () => {
  const { sql, serve } = await setup()
  await serve({ max_budget: 5, budget_duration: '1d' })
  await inserted(sql)
  await sql`update "LiteLLM_UserTable" set spend = 3`
  const { resets_at } = (await rowOf(sql))!
  await serve({ max_budget: 7, budget_duration: '365d' })
  await until(async () => (await rowOf(sql))?.max_budget === 7)
  expect(await rowOf(sql)).toEqual({ max_budget: 7, budget_duration: '365d', spend: 3, resets_at })
  await serve({ max_budget: 7, budget_duration: '1s' })
  await until(async () => (await rowOf(sql))?.budget_duration === '1s')
  expect((await rowOf(sql))!.resets_at.getTime()).toBeLessThan(resets_at.getTime())
})

test('a row that was deleted is made again before the next call that it would hold', async () => {
  const { sql, serve } = await setup()
  const { chat, gateway } = await serve({ max_budget: 5, budget_duration: '1d' }, { durability: 'sync' })
  await inserted(sql)
  await sql`delete from "LiteLLM_UserTable"`
  expect((await chat(MASTER_KEY)).status).toBe(200)
  await gateway.flush()
  expect((await rowOf(sql))!.spend).toBeCloseTo(0.01, 9)
})

test('a row that cannot be written is told as a fault, and refuses no call', async () => {
  const { sql, serve } = await setup()
  await sql`alter table "LiteLLM_UserTable" add constraint no_such_user check (user_id <> 'litellm-proxy-budget')`
  const { chat, faults } = await serve({ max_budget: 5, budget_duration: '1d' })
  await until(() => faults.length > 0)
  expect(faults).toMatchObject([{ where: 'the row of the global budget', error: { code: '23514' } }])
  expect((await chat(MASTER_KEY)).status).toBe(200)
})
