import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from '@jest/globals'
import { toRequestListener } from '../../src/cli/serve/serve.ts'
import { withDashboard } from '../../src/cli/serve/with-dashboard.ts'
import { createLiteLLM } from '../../src/compose/create-gateway.ts'
import { DeadLetters } from '../../src/ledger/journal/dead-letters.ts'
import { deadLettersDir } from '../../src/ledger/journal/open-journal.ts'
import { toSpendRecord } from '../../src/ledger/record/spend-log-row.ts'
import { migrate } from '../../src/upkeep/migrate.ts'
import { createReconcileRuns } from '../../src/upkeep/reconcile-runs.ts'
import { MASTER_KEY } from '../support/app.ts'
import { type CallbackServer, startCallbackServer } from '../support/callback-server.ts'
import { cleanups } from '../support/cleanups.ts'
import { createTestDatabase, type TestDatabase } from '../support/database.ts'
import { createKey } from '../support/keys.ts'
import { spendEvent } from '../support/spend-event.ts'
import { until } from '../support/until.ts'
import { chatCompletion, sendJson, startUpstream } from '../support/upstream.ts'

let database: TestDatabase
let callback: CallbackServer
let served: Awaited<ReturnType<typeof startServed>>
const secrets: Record<string, string> = {}
const stops: (() => unknown)[] = []
afterAll(async () => {
  for (const stop of stops.reverse()) await stop()
})

beforeAll(async () => {
  database = await createTestDatabase({ schema: 'empty' })
  stops.push(() => database.drop())
  await migrate(database.sql)
  callback = await startCallbackServer()
  // It lives as long as the file.
  stops.push(...cleanups.splice(0))
  served = await startServed()
  const { sql } = database
  for (const [user_id, user_role] of [
    ['viewer', 'proxy_admin_viewer'],
    ['ann', 'internal_user'],
    ['bob', 'internal_user'],
  ]) {
    await sql`insert into "LiteLLM_UserTable" ${sql({ user_id: user_id!, user_role: user_role!, models: [] })}`
    secrets[user_id!] = (await createKey(sql, { user_id, key_alias: `key of ${user_id}` })).secret
  }
  secrets.lone = (await createKey(sql, { key_alias: 'lone', spend: 9, max_budget: 10 })).secret
})

/** What `serve` serves, with a callback. */
async function startServed(durability = 'journal') {
  const dir = await mkdtemp(join(tmpdir(), 'dashboard-'))
  stops.push(() => rm(dir, { recursive: true, force: true }))
  const upstream = await startUpstream((res, { body }) =>
    JSON.parse(body.toString()).model === 'broken'
      ? sendJson(res, 500, { error: { message: 'broken' } })
      : sendJson(res, 200, chatCompletion({ id: `chatcmpl-${Math.random()}` })),
  )
  stops.push(() => upstream.close())
  const model = (model_name: string, name: string) => ({
    model_name,
    litellm_params: {
      ...{ model: `openai/${name}`, api_base: upstream.url, api_key: 'sk-provider' },
      ...{ input_cost_per_token: 1e-6, output_cost_per_token: 2e-6 },
    },
    model_info: { id: `id-${name}` },
  })
  const gateway = createLiteLLM({
    config: {
      model_list: [model('m', 'fine'), model('n', 'broken')],
      router_settings: { num_retries: 0 },
      litellm_settings: { success_callback: ['audit'] },
      callback_settings: {
        audit: { callback_type: 'generic_api', endpoint: `${callback.url}/audit`, log_format: 'single' },
      },
      litellm_db: { log_flush_interval: '50ms', durability, journal: { dir } },
    },
    databaseUrl: database.url,
    masterKey: MASTER_KEY,
  })
  stops.push(() => gateway.close({ timeoutMs: 0 }))
  const server = createServer(toRequestListener(withDashboard(gateway), () => {}))
  await once(server.listen(0, '127.0.0.1'), 'listening')
  stops.push(() => {
    server.close()
    server.closeAllConnections()
  })
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  const ask = (path: string, secret: string, body?: unknown, headers: Record<string, string> = {}) =>
    fetch(url + path, {
      headers: { authorization: `Bearer ${secret}`, 'content-type': 'application/json', ...headers },
      ...(body !== undefined && { method: 'POST', body: JSON.stringify(body) }),
    })
  const read = async (path: string, secret: string): Promise<any> => await (await ask(path, secret)).json()
  const chat = async (secret: string, of = 'm') => {
    const answer = await ask('/v1/chat/completions', secret, {
      model: of,
      messages: [{ role: 'user', content: 'a secret thing' }],
    })
    await answer.text()
    return answer.headers.get('x-litellm-call-id')
  }
  return { dir, gateway, server, url, ask, read, chat }
}

/** An open stream of live calls, and what was heard on it. */
async function listen(secret: string, headers: Record<string, string> = {}) {
  const answer = await served.ask('/ui/calls', secret, undefined, headers)
  const heard: { name: string; id?: string; data: any }[] = []
  let raw = ''
  const ended = (async () => {
    let rest = ''
    for await (const chunk of answer.body!.pipeThrough(new TextDecoderStream())) {
      raw += chunk
      const blocks = (rest + chunk).split('\n\n')
      rest = blocks.pop() ?? ''
      for (const block of blocks) {
        const field = (name: string) => new RegExp(`^${name}: (.*)$`, 'm').exec(block)?.[1]
        const data = field('data')
        if (data !== undefined) heard.push({ name: field('event') ?? '', id: field('id'), data: JSON.parse(data) })
      }
    }
  })().catch(() => {})
  return { status: answer.status, heard, ended, raw: () => raw, stop: () => answer.body?.cancel().catch(() => {}) }
}

test.each([
  ['GET', '/ui/state', { master: 200, viewer: 200, ann: 200, lone: 200, wrong: 401 }],
  ['GET', '/ui/models', { master: 200, viewer: 200, ann: 200, lone: 200, wrong: 401 }],
  ['GET', '/ui/ledger', { master: 200, viewer: 200, ann: 403, lone: 403, wrong: 401 }],
  ['POST', '/ui/ledger/requeue', { master: 400, viewer: 403, ann: 403, lone: 403, wrong: 401 }],
  ['POST', '/ui/ledger/reconcile', { master: 400, viewer: 403, ann: 403, lone: 403, wrong: 401 }],
  ['GET', '/budget/ceilings', { master: 200, viewer: 200, ann: 200, lone: 200, wrong: 401 }],
] as const)('%s %s is answered to those who may ask', async (method, path, expected) => {
  const found: Record<string, number> = {}
  for (const who of Object.keys(expected)) {
    const secret = who === 'master' ? MASTER_KEY : (secrets[who] ?? 'sk-wrong')
    const body = method === 'POST' ? { id: 7, since: 'yesterday' } : undefined
    found[who] = (await served.ask(path, secret, body)).status
  }
  expect(found).toEqual(expected)
})

test('a state says to each reader what that reader may know', async () => {
  const whole = await served.read('/ui/state', MASTER_KEY)
  expect(whole).toMatchObject({ durability: 'journal', database: 'connected', reader: { is_admin: true } })
  expect(whole.outboxes).toMatchObject([{ name: 'audit' }])
  const own = await served.read('/ui/state', secrets.lone!)
  expect(own.reader).toMatchObject({ key_alias: 'lone', spend: 9, max_budget: 10, is_admin: false })
  expect(Object.keys(own)).not.toEqual(expect.arrayContaining(['ledger']))
  expect(JSON.stringify([whole, own])).not.toMatch(/sk-provider|127\.0\.0\.1/)
})

test('live calls: an administrator hears of all, a user of own ones, a key without a user of its own', async () => {
  const all = await listen(MASTER_KEY)
  const ofAnn = await listen(secrets.ann!)
  const ofLone = await listen(secrets.lone!)
  const ids = [await served.chat(secrets.ann!), await served.chat(secrets.bob!), await served.chat(secrets.lone!)]
  await until(() => all.heard.length === 3)
  const calls = (stream: typeof all) => stream.heard.map(({ data }) => data.metadata.litellm_call_id)
  expect(calls(all)).toEqual(ids)
  expect(all.heard[0]).toMatchObject({
    name: 'call',
    data: { model_group: 'm', status: 'success', prompt_tokens: 10, completion_tokens: 20, spend: 5e-5, user: 'ann' },
  })
  expect(all.heard[0]?.data.request_id).toMatch(/^chatcmpl-/)
  expect([calls(ofAnn), calls(ofLone)]).toEqual([[ids[0]], [ids[2]]])
  expect(all.raw()).not.toContain('a secret thing')
  for (const stream of [all, ofAnn, ofLone]) await stream.stop()
})

test('a live stream that was cut goes on where it was; of what is not known any more it says that it was missed', async () => {
  const first = await listen(MASTER_KEY)
  const other = await listen(MASTER_KEY)
  await served.chat(secrets.ann!)
  await until(() => first.heard.length === 1)
  await first.stop()
  await served.chat(secrets.bob!)
  await until(() => other.heard.length === 2)
  const again = await listen(MASTER_KEY, { 'last-event-id': first.heard[0]!.id! })
  await until(() => again.heard.length === 1)
  expect(again.heard[0]?.data.user).toBe('bob')
  const stranger = await listen(MASTER_KEY, { 'last-event-id': 'another-process-7' })
  await until(() => stranger.heard.length === 1)
  expect(stranger.heard[0]?.name).toBe('missed')
  for (const stream of [other, again, stranger]) await stream.stop()
})

test('a deployment is followed for an hour: what it answered, how fast, and which tries failed', async () => {
  await served.chat(MASTER_KEY)
  await served.chat(MASTER_KEY, 'n')
  const hourOf = async (id: string, secret = MASTER_KEY) =>
    (await served.read('/ui/models', secret)).hours.find((hour: any) => hour.id === id)
  await until(
    async () => (await hourOf('id-broken'))?.minutes.at(-1)[1] + (await hourOf('id-broken'))?.minutes.at(-2)[1] > 0,
  )
  const fine = await hourOf('id-fine')
  expect(fine.minutes).toHaveLength(60)
  expect(fine.minutes.flat().reduce((sum: number, n: number) => sum + n)).toBeGreaterThan(0)
  expect(fine).toMatchObject({ p50_ms: expect.any(Number), tokens_per_second: expect.any(Number), errors: {} })
  expect(Object.keys((await hourOf('id-broken')).errors)).toHaveLength(1)
  // How much others call is not for everybody.
  expect(await hourOf('id-fine', secrets.ann!)).toMatchObject({ minutes: [], errors: {} })
})

test('a dead letter that is tried again is in the database, charged once, and no letter any more', async () => {
  const letters = new DeadLetters(deadLettersDir(served.dir))
  const now = new Date()
  const outcome = { startedAt: now, firstByteAt: now, endedAt: now }
  const record = toSpendRecord(spendEvent({ callId: 'back-again', cost: 0.25, outcome }))
  await letters.add(
    { sequence: 900, appendedAt: Date.now(), payload: Buffer.from(record.line) },
    { sqlstate: '22P05', reason: 'refused once' },
  )
  const { letters: found, letters_total } = await served.read('/ui/ledger', MASTER_KEY)
  expect(letters_total).toBe(1)
  expect(found[0]).toMatchObject({ callback: null, sqlstate: '22P05', reason: 'refused once', corrupt: false })
  const { id } = found[0]
  expect((await served.ask('/ui/ledger/requeue', MASTER_KEY, { id })).status).toBe(200)
  const rows = () => database.sql`select spend from "LiteLLM_SpendLogs" where request_id = 'chatcmpl-back-again'`
  await until(async () => (await rows()).length === 1)
  expect((await served.read('/ui/ledger', MASTER_KEY)).letters_total).toBe(0)
  expect((await served.ask('/ui/ledger/requeue', MASTER_KEY, { id })).status).toBe(404)
  expect((await served.ask('/ui/ledger/requeue', MASTER_KEY, { id: '../../etc/passwd' })).status).toBe(404)
  await until(() => served.gateway.spend()?.queued === 0)
  expect(served.gateway.spend()?.unsettledDollars).toBe(0)
})

test('a letter that is refused again comes back', async () => {
  const letters = new DeadLetters(deadLettersDir(served.dir))
  await letters.add(
    { sequence: 901, appendedAt: Date.now(), payload: Buffer.from('no record') },
    { reason: 'This is no spend record' },
  )
  const ids = async () => (await served.read('/ui/ledger', MASTER_KEY)).letters.map(({ id }: any) => id)
  const [before] = await ids()
  expect((await served.ask('/ui/ledger/requeue', MASTER_KEY, { id: before })).status).toBe(200)
  await until(async () => (await ids()).some((id: string) => id !== before))
  expect((await ids()).length).toBe(1)
  await letters.remove((await ids())[0])
})

test('what a callback has refused can be told to it again', async () => {
  callback.behave(400)
  const callId = await served.chat(MASTER_KEY)
  const find = async () =>
    (await served.read('/ui/ledger', MASTER_KEY)).letters.find((letter: any) => letter.callback === 'audit')
  await until(find)
  const { id } = await find()
  const before = callback.accepted.length
  expect((await served.ask('/ui/ledger/requeue', MASTER_KEY, { id })).status).toBe(404)
  expect((await served.ask('/ui/ledger/requeue', MASTER_KEY, { id, callback: 'audit' })).status).toBe(200)
  await until(() => JSON.stringify(callback.accepted.slice(before)).includes(callId!))
  expect(await find()).toBe(undefined)
  await until(async () => (await served.read('/ui/ledger', MASTER_KEY)).outboxes[0].waiting === 0)
})

test('the same where deliveries wait in the database', async () => {
  const other = await startServed('sync')
  callback.behave(400)
  const callId = await other.chat(MASTER_KEY)
  const find = async () =>
    (await other.read('/ui/ledger', MASTER_KEY)).letters.find((letter: any) => letter.callback === 'audit')
  await until(find)
  const { id } = await find()
  const before = callback.accepted.length
  for (const wrong of ['999999', 'no number']) {
    expect((await other.ask('/ui/ledger/requeue', MASTER_KEY, { id: wrong, callback: 'audit' })).status).toBe(404)
  }
  expect((await other.ask('/ui/ledger/requeue', MASTER_KEY, { id, callback: 'audit' })).status).toBe(200)
  await until(() => JSON.stringify(callback.accepted.slice(before)).includes(callId!))
  expect(await find()).toBe(undefined)
})

test('the journal, the batches and what has happened are told', async () => {
  const ledger = await served.read('/ui/ledger', MASTER_KEY)
  expect(ledger.journal).toMatchObject({
    fsync: 'always',
    segments: [expect.objectContaining({ bytes: expect.any(Number) })],
  })
  expect(ledger.flushes.batches).toBeGreaterThan(0)
  expect(ledger.flushes.minutes.reduce((sum: number, n: number) => sum + n)).toBeGreaterThan(0)
  expect(ledger.happenings.map(({ text }: any) => text)).toContainEqual(expect.stringContaining('audit'))
})

test('reconcile runs beside the gateway, one at a time, and says what differs', async () => {
  const { sql } = database
  const faults: unknown[] = []
  const runs = createReconcileRuns({ sql, settleMs: 0, onFault: (error) => faults.push(error) })
  expect(runs.last()).toBe(undefined)
  expect([runs.start(undefined), runs.start(undefined)]).toEqual([true, false])
  await until(() => runs.last()?.endedAt)
  expect(runs.last()).toMatchObject({ failed: false, skipped: [] })
  const before = runs.last()!.differences
  await sql`update "LiteLLM_UserTable" set spend = spend + 7 where user_id = 'ann'`
  runs.start(undefined)
  await until(() => runs.last()?.endedAt)
  expect(runs.last()!.differences).toBe(before + 1)
  expect(runs.last()!.found).toContainEqual(expect.objectContaining({ table: 'LiteLLM_UserTable', column: 'spend' }))
  await sql`update "LiteLLM_UserTable" set spend = spend - 7 where user_id = 'ann'`
  expect(faults).toEqual([])
  await runs.close()
  expect(runs.start(undefined)).toBe(false)
  // Through the front door.
  const answer = await served.ask('/ui/ledger/reconcile', MASTER_KEY, { since: '2026-01-01' })
  expect(await answer.json()).toEqual({ started: true })
  await until(async () => (await served.read('/ui/ledger', MASTER_KEY)).reconcile !== null)
})

test('ceilings: the nearest first; each reader sees those that hold its calls', async () => {
  const { sql } = database
  await sql`insert into "LiteLLM_BudgetTable" ${sql({ budget_id: 'b', max_budget: 4, rpm_limit: 5, created_by: 'x', updated_by: 'x' })}`
  await sql`insert into "LiteLLM_TeamTable" ${sql({ team_id: 'red', team_alias: 'Red', spend: 1, max_budget: 2, members_with_roles: sql.json([{ user_id: 'ann', role: 'user' }]), models: [] })}`
  await sql`insert into "LiteLLM_TeamMembership" ${sql({ team_id: 'red', user_id: 'ann', spend: 3, budget_id: 'b' })}`
  await sql`insert into "LiteLLM_EndUserTable" ${sql({ user_id: 'customer', spend: 5, budget_id: 'b', blocked: false })}`
  const read = async (secret: string, query = '') =>
    (await served.read(`/budget/ceilings${query}`, secret)).ceilings.map(
      ({ kind, name, spend, max_budget }: any) => `${kind} ${name} ${spend}/${max_budget}`,
    )
  expect(await read(MASTER_KEY)).toEqual(
    ['customer null 5/4', 'key lone 9/10', 'member ann 3/4', 'team Red 1/2'].map((line) =>
      expect.stringMatching(line.replace(/9\//, '9(\\.\\d+)?/')),
    ),
  )
  expect(await read(MASTER_KEY, '?limit=1')).toHaveLength(1)
  expect(await read(secrets.ann!)).toEqual(['member ann 3/4', 'team Red 1/2'])
  expect(await read(secrets.bob!)).toEqual([])
  expect(await read(secrets.lone!)).toEqual([expect.stringContaining('key lone')])
})

test('recent activity adds up the log by minutes and hours, for each reader what that reader may see', async () => {
  await served.gateway.flush()
  const now = Date.now()
  const times = (from: number, to = now + 60_000) =>
    `start_time=${new Date(from).toISOString()}&end_time=${new Date(to).toISOString()}`
  const read = (secret: string, query: string) => served.read(`/user/recent/activity?${query}`, secret)
  const all = await read(MASTER_KEY, `${times(now - 3_600_000)}&step=60`)
  const [{ count: logged }] = await database.sql<[{ count: number }]>`
    select count(*)::int from "LiteLLM_SpendLogs" where "startTime" > now() at time zone 'UTC' - interval '1 hour'`
  expect(all.metadata).toMatchObject({ total_api_requests: logged, p50_ms: expect.any(Number), cache_hits: 0 })
  expect(all.results[0].date).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\dZ$/)
  const own = await read(secrets.ann!, times(now - 3_600_000))
  expect(Object.keys(own.results[0].breakdown.entities)).toEqual(['ann'])
  expect(own.results[0].date).toMatch(/:00Z$/)
  const lone = await read(secrets.lone!, times(now - 3_600_000))
  expect(lone.metadata.total_api_requests).toBe(1)
  const statuses = await Promise.all([
    served.ask(`/user/recent/activity?${times(now - 100 * 3_600_000)}`, MASTER_KEY),
    served.ask(`/user/recent/activity?${times(now - 3_600_000)}&entity=team`, secrets.ann!),
    served.ask('/user/recent/activity?start_time=yesterday&end_time=now', MASTER_KEY),
  ])
  expect(statuses.map(({ status }) => status)).toEqual([400, 401, 422])
})

// The last one: the gateway ends.
test('a live stream ends when the end is announced, and nobody gets a new one', async () => {
  const stream = await listen(MASTER_KEY)
  expect(stream.status).toBe(200)
  served.gateway.announceShutdown()
  await stream.ended
  expect((await served.ask('/ui/calls', MASTER_KEY)).status).toBe(204)
})
