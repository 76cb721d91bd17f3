import { once } from 'node:events'
import { afterAll, describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import postgres from 'postgres'

import { createFaultProxy } from '../../../src/testing/fault-proxy.ts'
import { createLedger, type Ledger, type LedgerSetup, readTotals } from '../../support/ledger.ts'
import { spendEvent } from '../../support/spend-event.ts'

const cleanups: (() => Promise<unknown>)[] = []
afterAll(async () => {
  for (const cleanup of cleanups.reverse()) await cleanup()
})

async function setup(options: Parameters<typeof createLedger>[0] = {}): Promise<Ledger> {
  const ledger = await createLedger(options)
  cleanups.push(() => ledger.drop())
  return ledger
}

/** A ledger whose sink reaches the database through a proxy that can be cut. */
async function setupProxy(options: LedgerSetup & { partitioned?: boolean } = {}) {
  const { partitioned, ...sinkOptions } = options
  const ledger = await setup({ partitioned })
  const proxy = await createFaultProxy(ledger.url)
  cleanups.push(() => proxy.close())
  const sql = postgres(proxy.url, { max: 4, backoff: () => 0.05, onnotice: () => {} })
  cleanups.push(() => sql.end({ timeout: 1 }))
  const sink = ledger.newSink({ sql, ...sinkOptions })
  const write = (events: Parameters<Ledger['write']>[0]) => ledger.write(events, sink)
  return { ...ledger, proxy, sink, write }
}

function call(callId: string, model = 'm') {
  return spendEvent({
    callId,
    key: { hashedToken: '1'.repeat(64), owners: { userId: 'u1', teamId: 't1' } },
    deployment: { model },
  })
}

const rowsOf = async ({ sql }: Pick<Ledger, 'sql'>) =>
  (await sql`select metadata ->> 'litellm_call_id' as call_id from "LiteLLM_SpendLogs" order by 1`).map(
    (r) => r.call_id,
  )

describe.each([false, true])('a line that breaks, partitioned: %s', (partitioned) => {
  test.each([
    ['after the statement was sent', 'cutAfter'],
    ['before the statement arrived', 'cutBefore'],
  ] as const)('%s charges each call once', async (_, fault) => {
    const ledger = await setupProxy({ partitioned })
    // A prepared statement to break: the second write sends no more than its parameter.
    await ledger.write([call('first')])
    ledger.proxy[fault](partitioned ? 'pg_advisory_xact_lock' : '"second"')
    await ledger.write([call('second'), call('third')])
    expect(ledger.proxy.cuts).toBe(1)
    expect(ledger.retries).toHaveLength(1)
    expect(ledger.drops).toEqual([])
    expect(await rowsOf(ledger)).toEqual(['first', 'second', 'third'])
    expect(await readTotals(ledger.sql)).toMatchObject({ user: { u1: 300 }, team: { t1: 300 } })
  })
})

test('a commit whose answer is lost has happened, and its repetition charges nothing', async () => {
  const ledger = await setupProxy({ retryDelayMs: 3_600_000 })
  await ledger.write([call('first')])
  ledger.proxy.cutAfter('"second"')
  void ledger.sink.record(call('second'))
  const failed = once(ledger.events, 'spend:retry')
  const flushed = ledger.sink.flush()
  await failed
  while ((await rowsOf(ledger)).length < 2) await new Promise(setImmediate)
  expect(await readTotals(ledger.sql)).toMatchObject({ user: { u1: 200 } })
  // Ends the pause of an hour.
  await Promise.all([ledger.sink.flush(), flushed])
  expect(await rowsOf(ledger)).toEqual(['first', 'second'])
  expect(await readTotals(ledger.sql)).toMatchObject({ user: { u1: 200 } })
})

test('a server that stands still delays, and neither loses nor doubles', async () => {
  const ledger = await setupProxy({ statementTimeoutMs: 150 })
  await ledger.write([call('first')])
  ledger.proxy.freeze()
  ledger.events.once('spend:retry', () => ledger.proxy.thaw())
  await ledger.write([call('second')])
  expect(ledger.retries[0]).toMatchObject({ code: 'QUERY_TIMEOUT' })
  expect(await rowsOf(ledger)).toEqual(['first', 'second'])
  expect(await readTotals(ledger.sql)).toMatchObject({ user: { u1: 200 } })
})

test('rows at fault are dropped and reported, their neighbours are written', async () => {
  const ledger = await setup()
  await ledger.sql`alter table "LiteLLM_SpendLogs" add check (model <> 'poison')`
  await ledger.write(Array.from({ length: 40 }, (_, n) => call(`call-${n}`, n % 13 === 5 ? 'poison' : 'm')))
  expect(ledger.drops.map(({ reason, callIds }) => [reason, callIds])).toEqual([
    ['rejected', ['call-5']],
    ['rejected', ['call-18']],
    ['rejected', ['call-31']],
  ])
  expect(ledger.drops[0]!.error).toMatchObject({ code: '23514' })
  expect(await rowsOf(ledger)).toHaveLength(37)
  expect(await readTotals(ledger.sql)).toMatchObject({ user: { u1: 3700 } })
})

test('what clients and providers may send is stored, not rejected', async () => {
  const ledger = await setup()
  const nasty = `a\0b\ud800c${'\u{1f600}'.repeat(3000)}`
  let deep: object = {}
  for (let n = 0; n < 5000; n++) deep = { deep }
  const circular: Record<string, unknown> = { __proto__: 1 }
  circular.self = circular
  await ledger.write([
    spendEvent({
      callId: 'nasty',
      key: {
        owners: { userId: nasty, teamId: nasty, organizationId: nasty, agentId: nasty },
        metadata: { tags: [nasty] },
      },
      call: {
        endUserId: nasty,
        sessionId: nasty,
        modelGroup: nasty,
        userAgent: nasty,
        clientIp: nasty,
        metadata: { deep, circular, nan: Number.NaN, big: 10n, [nasty]: nasty, f: () => 1, d: new Date(Number.NaN) },
      },
      deployment: { model: nasty, id: nasty, baseUrl: nasty, provider: nasty },
      outcome: {
        responseId: nasty,
        startedAt: new Date(Number.NaN),
        endedAt: new Date(8.64e15),
        error: { code: nasty, class: nasty, message: nasty },
        status: 'failure',
      },
      cost: Number.POSITIVE_INFINITY,
    }),
  ])
  expect(ledger.drops).toEqual([])
  expect(await rowsOf(ledger)).toEqual(['nasty'])
})

test('whatever a call carries, it is written', async () => {
  const ledger = await setup()
  const text = fc.string({ unit: 'binary', maxLength: 600 }).map((found) => `${found}\ud800\0`)
  const number = fc.oneof(fc.double(), fc.constantFrom(Number.NaN, Infinity, -1, 1e300))
  const date = fc.date({ noInvalidDate: false })
  const events = fc.sample(
    fc.record({
      key: fc.record({
        hashedToken: text,
        owners: fc.record({ userId: text, teamId: text, organizationId: text, projectId: text, agentId: text }),
        metadata: fc.record({ tags: fc.anything(), spend_logs_metadata: fc.anything() }),
      }),
      call: fc.record({
        callType: text,
        modelGroup: text,
        endUserId: text,
        tags: fc.array(text),
        metadata: fc.dictionary(text, fc.anything()),
        userAgent: text,
      }),
      deployment: fc.record({ model: text, provider: text, baseUrl: text, id: text }),
      outcome: fc.record({ startedAt: date, endedAt: date, firstByteAt: date, responseId: text }),
      cost: number,
    }),
    { numRuns: 150, seed: 1 },
  )
  await ledger.write(events.map((parts, n) => spendEvent({ ...parts, callId: `call-${n}` })))
  expect(ledger.drops).toEqual([])
  expect(await rowsOf(ledger)).toHaveLength(150)
})

describe('a schema that changes while the gateway runs', () => {
  test.each([
    ['a column that goes', 'alter table "LiteLLM_DailyUserSpend" drop column endpoint'],
    ['a table that goes', 'drop table "LiteLLM_DailyAgentSpend"'],
    [
      'a unique key that grows',
      `drop index "LiteLLM_DailyUserSpend_user_id_date_api_key_model_custom_ll_key";
       create unique index on "LiteLLM_DailyUserSpend"
         (user_id, date, api_key, model, custom_llm_provider, mcp_namespaced_tool_name, endpoint, model_group)`,
    ],
    ['a column that changes its type', 'alter table "LiteLLM_SpendLogs" alter column prompt_tokens type bigint'],
    ['columns that come', 'alter table "LiteLLM_SpendLogs" add column litellm_call_id text'],
  ])('%s costs no call', async (_, change) => {
    const ledger = await setup()
    await ledger.write([call('first')])
    await ledger.sql.unsafe(change).simple()
    await ledger.write([call('second')])
    expect(ledger.drops).toEqual([])
    expect(await rowsOf(ledger)).toEqual(['first', 'second'])
    expect(await readTotals(ledger.sql)).toMatchObject({ user: { u1: 200 } })
  })

  test('calls wait for tables that are not there yet', async () => {
    const ledger = await setup()
    await ledger.sql`alter table "LiteLLM_SpendLogs" rename to away`
    ledger.events.once('spend:retry', () => void ledger.sql`alter table away rename to "LiteLLM_SpendLogs"`.execute())
    await ledger.write([call('first')])
    expect(ledger.retries[0]).toMatchObject({ code: '42P01' })
    expect(await rowsOf(ledger)).toEqual(['first'])
  })
})

test('missing rights lose nothing', async () => {
  const ledger = await setup()
  await ledger.sql
    .unsafe(`
    create function pg_temp_deny() returns trigger language plpgsql as
      $$ begin raise exception 'no' using errcode = '42501'; end $$;
    create trigger deny before insert on "LiteLLM_SpendLogs" for each statement execute function pg_temp_deny()`)
    .simple()
  ledger.events.once('spend:retry', () => void ledger.sql`drop trigger deny on "LiteLLM_SpendLogs"`.execute())
  await ledger.write([call('first')])
  expect(ledger.drops).toEqual([])
  expect(await rowsOf(ledger)).toEqual(['first'])
})
