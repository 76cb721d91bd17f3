import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { expect, test } from '@jest/globals'
import type { Sql } from 'postgres'
import { cleanups } from '../../support/cleanups.ts'
import { createTestDatabase } from '../../support/database.ts'
import { createKey } from '../../support/keys.ts'
import { until } from '../../support/until.ts'
import { chatCompletion, sendJson, startUpstream } from '../../support/upstream.ts'

const SPENDER = fileURLToPath(new URL('./child/spender.ts', import.meta.url))

async function setup({ answerMs = 30 } = {}) {
  const database = await createTestDatabase()
  cleanups.push(database.drop)
  // Calls of exactly one cent, and long enough to meet each other.
  const upstream = await startUpstream((res) => {
    setTimeout(() => sendJson(res, 200, chatCompletion({ id: '', prompt: 0, completion: 5_000 })), answerMs).unref()
  })
  cleanups.push(upstream.close)
  const start = async (secret: string, calls: number, settings: object = {}) => {
    const line = [SPENDER, database.url, upstream.url, secret, String(calls), JSON.stringify(settings)]
    const child = spawn(process.execPath, line, {
      stdio: ['pipe', 'pipe', 'inherit'],
    })
    cleanups.push(async () => {
      if (child.exitCode === null && child.kill('SIGKILL')) await once(child, 'exit')
    })
    const lines = createInterface(child.stdout)[Symbol.asyncIterator]()
    expect((await lines.next()).value).toBe('ready')
    return {
      async run() {
        child.stdin.write('go\n')
        return JSON.parse((await lines.next()).value!) as { statuses: number[]; faults: string[] }
      },
      /** Begins its calls, and does not wait for them. */
      begin: () => void child.stdin.write('go\n'),
      async kill() {
        child.kill('SIGKILL')
        await once(child, 'exit')
      },
      async end() {
        child.stdin.write('end\n')
        await once(child, 'exit')
      },
    }
  }
  return { sql: database.sql, upstream, start }
}

test('four processes on one key never overshoot its budget, and fill it', async () => {
  const { sql, upstream, start } = await setup()
  const { secret, hashedToken } = await createKey(sql, { max_budget: 10, spend: 9.5 })
  const spenders = await Promise.all(Array.from({ length: 4 }, () => start(secret, 30)))
  const answers = await Promise.all(spenders.map((spender) => spender.run()))
  expect(answers.flatMap(({ faults }) => faults)).toEqual([])
  const statuses = answers.flatMap((answer) => answer.statuses)
  expect(statuses.filter((status) => status === 200)).toHaveLength(50)
  expect(statuses.filter((status) => status === 422)).toHaveLength(70)
  expect(upstream.requests).toHaveLength(50)
  await Promise.all(spenders.map((spender) => spender.end()))
  const [row] = await sql`select spend from "LiteLLM_VerificationToken" where token = ${hashedToken}`
  expect(row!.spend).toBeCloseTo(10, 9)
}, 120_000)

const CENT_LEFT = 30
const [MAX, SPENT] = [0.5, 0.2]

/** A call of another process, before these began. */
async function log(sql: Sql, hashedToken: string) {
  const now = new Date().toISOString()
  const row = { request_id: 'before', call_type: 'acompletion', api_key: hashedToken, spend: SPENT }
  await sql`insert into "LiteLLM_SpendLogs" ${sql({ ...row, startTime: now, endTime: now })}`
}

/** Every kind of budget that no row counts, with 30 cents left of it. */
const WITHOUT_ROW = {
  'a budget window of the key': async (sql: Sql) => {
    await sql`alter table "LiteLLM_VerificationToken" add column budget_limits jsonb`
    const budget_limits = sql.json([{ budget_duration: '30d', max_budget: MAX }])
    const key = await createKey(sql, { budget_limits })
    await log(sql, key.hashedToken)
    return { ...key, settings: {} }
  },
  'the budget of a model': async (sql: Sql) => {
    const model_max_budget = sql.json({ 'gpt-4o': { max_budget: MAX - SPENT, budget_duration: '1d' } })
    return { ...(await createKey(sql, { model_max_budget })), settings: {} }
  },
  'the budget of the whole proxy': async (sql: Sql) => {
    await log(sql, 'of another key')
    return { ...(await createKey(sql)), settings: { max_budget: MAX } }
  },
}

test.each(Object.entries(WITHOUT_ROW))('four processes never overshoot %s, and fill it', async (_, make) => {
  const { sql, upstream, start } = await setup()
  const { secret, hashedToken, settings } = await make(sql)
  const spenders = await Promise.all(Array.from({ length: 4 }, () => start(secret, 20, settings)))
  const answers = await Promise.all(spenders.map((spender) => spender.run()))
  expect(answers.flatMap(({ faults }) => faults)).toEqual([])
  const statuses = answers.flatMap((answer) => answer.statuses)
  expect(statuses.filter((status) => status === 200)).toHaveLength(CENT_LEFT)
  expect(statuses.filter((status) => status === 422)).toHaveLength(80 - CENT_LEFT)
  expect(upstream.requests).toHaveLength(CENT_LEFT)
  // What is spent stays spent for whoever comes later, also once it is written and nothing is held any more.
  await Promise.all(spenders.map((spender) => spender.end()))
  const [row] = await sql`select spend from "LiteLLM_VerificationToken" where token = ${hashedToken}`
  expect(row!.spend).toBeCloseTo(CENT_LEFT / 100, 9)
  const late = await start(secret, 3, settings)
  expect(await late.run()).toEqual({ statuses: [422, 422, 422], faults: [] })
})

test.each([
  ['budget', { max_budget: 0.03 }, 'leases', 422],
  ['places among parallel calls', { max_parallel_requests: 3 }, 'places', 429],
])('a process that is killed in the middle of its calls frees their %s in time', async (_, columns, table, refused) => {
  const { sql, upstream, start } = await setup({ answerMs: 60_000 })
  const { secret } = await createKey(sql, columns)
  const [doomed, other] = await Promise.all([start(secret, 3), start(secret, 2)])
  doomed.begin()
  await until(() => upstream.requests.length === 3)
  await doomed.kill()
  expect((await other.run()).statuses).toEqual([refused, refused])
  const held = async () =>
    (await sql`select expires_at > now() as held from ${sql(`express_litellm.${table}`)}`).map(({ held }) => held)
  expect(await held()).toEqual([true, true, true])
  // Half a minute later: nobody has renewed them.
  await sql`update ${sql(`express_litellm.${table}`)} set expires_at = expires_at - interval '31 s'`
  expect(await held()).toEqual([false, false, false])
  const late = await start(secret, 3)
  late.begin()
  await until(() => upstream.requests.length === 6)
})

test('a process that lives renews what its calls hold', async () => {
  const { sql, upstream, start } = await setup({ answerMs: 15_000 })
  const { secret } = await createKey(sql, { max_budget: 0.01, max_parallel_requests: 1 })
  const living = await start(secret, 1)
  living.begin()
  await until(() => upstream.requests.length === 1)
  const ends = async () => {
    const rows = await sql`
      select expires_at from express_litellm.leases union all select expires_at from express_litellm.places`
    return rows.map(({ expires_at: at }) => (at as Date).getTime())
  }
  const first = await ends()
  expect(first).toHaveLength(2)
  const last = Math.max(...first)
  await until(async () => Math.min(...(await ends())) > last)
}, 60_000)
