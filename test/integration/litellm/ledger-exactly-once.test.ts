import { afterAll, describe, expect, test } from '@jest/globals'
import postgres from 'postgres'
import { readSchema } from '../../../src/database/schema.ts'
import type { SpendEvent } from '../../../src/types.ts'
import { cents, createLedger, type Ledger, readTotals } from '../../support/ledger.ts'
import { LITELLM_VERSIONS } from '../../support/litellm-schema.ts'
import { spendEvent } from '../../support/spend-event.ts'

const ledgers: Ledger[] = []
afterAll(() => Promise.all(ledgers.map((ledger) => ledger.drop())))

async function setup(options: Parameters<typeof createLedger>[0]) {
  const ledger = await createLedger(options)
  ledgers.push(ledger)
  return ledger
}

/** One call per cost; `responseIds` are dealt out in turn. */
function calls(count: number, responseIds?: readonly string[]): SpendEvent[] {
  return Array.from({ length: count }, (_, n) =>
    spendEvent({
      callId: `call-${n}`,
      key: {
        hashedToken: String(n % 5).repeat(64),
        owners: { userId: `u${n % 5}`, teamId: `t${n % 3}` },
        metadata: { tags: [`tag${n % 4}`] },
      },
      call: { endUserId: `e${n % 3}` },
      outcome: {
        ...(responseIds && { responseId: responseIds[n % responseIds.length] }),
        startedAt: new Date(Date.UTC(2026, 2, 1, 0, 0, n)),
        endedAt: new Date(Date.UTC(2026, 2, 1, 0, 1, n)),
      },
      cost: (1 + (n % 7)) / 100,
    }),
  )
}

/** The same order for the same seed. */
function shuffled<T>(items: readonly T[], seed: number): T[] {
  let state = seed
  const random = () => {
    state = (state * 1_103_515_245 + 12_345) % 2_147_483_648
    return state / 2_147_483_648
  }
  return items
    .map((item) => ({ item, at: random() }))
    .sort((a, b) => a.at - b.at)
    .map(({ item }) => item)
}

/** One row per call, under ids of their own, and totals and days that say the same. */
async function expectChargedOnce({ sql, drops }: Ledger, events: readonly SpendEvent[]) {
  expect(drops).toEqual([])
  const rows = await sql`select request_id, metadata ->> 'litellm_call_id' as call_id, spend from "LiteLLM_SpendLogs"`
  expect(rows.map((row) => row.call_id).sort()).toEqual(events.map((event) => event.callId).sort())
  expect(new Set(rows.map((row) => row.request_id)).size).toBe(events.length)
  const total = events.reduce((sum, event) => sum + cents(event.cost ?? 0), 0)
  const totals = await readTotals(sql)
  for (const kind of ['user', 'end_user', 'key', 'team', ...(totals.tag ? ['tag'] : [])]) {
    const sum = Object.values(totals[kind]!).reduce((a, b) => a + b, 0)
    expect({ [kind]: sum }).toEqual({ [kind]: total })
  }
  const schema = await readSchema(sql)
  for (const table of ['User', 'Team', 'Tag', 'EndUser'].filter((name) => schema.has(`LiteLLM_Daily${name}Spend`))) {
    const [sum] = await sql`
      select sum(spend) as spend, sum(api_requests)::int as requests from ${sql(`LiteLLM_Daily${table}Spend`)}
      where ${table === 'Tag' ? sql`tag not like 'User-Agent%'` : sql`true`}`
    expect({ table, spend: cents(sum!.spend), requests: sum!.requests }).toEqual({
      table,
      spend: total,
      requests: events.length,
    })
  }
}

const CASES = LITELLM_VERSIONS.flatMap((schema) => [false, true].map((partitioned) => ({ schema, partitioned })))

describe.each(CASES)('LiteLLM $schema, partitioned: $partitioned', (version) => {
  test('a batch that is sent again charges nothing', async () => {
    const ledger = await setup(version)
    const events = calls(60)
    await ledger.write(events)
    await ledger.write(events)
    await expectChargedOnce(ledger, events)
  })

  test('calls sent several times, in other groups and orders, are charged once', async () => {
    const ledger = await setup(version)
    const events = calls(60)
    await ledger.write(shuffled([...events, ...events], 1))
    await ledger.write(shuffled([...events, ...events], 2), ledger.newSink({ batchSize: 7 }))
    await ledger.write(shuffled(events, 3), ledger.newSink({ batchSize: 1 }))
    await expectChargedOnce(ledger, events)
  })

  test('calls whose provider reuses its ids each keep a row', async () => {
    const ledger = await setup(version)
    const events = calls(60, ['chatcmpl-1', 'chatcmpl-2', '', 'chatcmpl-3'])
    await ledger.write(events.slice(0, 30))
    await ledger.write(shuffled(events, 4))
    await expectChargedOnce(ledger, events)
    const rows = await ledger.sql`
      select request_id, metadata ->> 'provider_request_id' as provider from "LiteLLM_SpendLogs" order by request_id`
    expect(rows.filter((row) => row.request_id.startsWith('chatcmpl-')).map((row) => row.provider)).toEqual([
      null,
      null,
      null,
    ])
    expect(rows.filter((row) => row.provider).length).toBe(45 - 3)
  })

  test('writers at once, with the same calls and clashing ids, charge each call once', async () => {
    const ledger = await setup(version)
    const events = calls(120, ['chatcmpl-1', 'chatcmpl-2', '', 'chatcmpl-3', 'chatcmpl-4'])
    const pools = Array.from({ length: 4 }, () => postgres(ledger.url, { max: 1, onnotice: () => {} }))
    try {
      await Promise.all(
        pools.map((sql, n) => ledger.write(shuffled(events, n), ledger.newSink({ sql, batchSize: 5 + 3 * n }))),
      )
    } finally {
      await Promise.all(pools.map((pool) => pool.end()))
    }
    await expectChargedOnce(ledger, events)
  })
})

describe.each([false, true])('partitioned: %s', (partitioned) => {
  test("a call does not take the id of another gateway's row", async () => {
    const ledger = await setup({ partitioned })
    await ledger.sql`
      insert into "LiteLLM_SpendLogs" (request_id, call_type, "startTime", "endTime")
      values ('chatcmpl-taken', 'acompletion', '2026-03-01', '2026-03-01')`
    await ledger.write([spendEvent({ callId: 'mine', outcome: { responseId: 'chatcmpl-taken' } })])
    const rows = await ledger.sql`select request_id, spend from "LiteLLM_SpendLogs" order by spend`
    expect(rows).toEqual([
      { request_id: 'chatcmpl-taken', spend: 0 },
      { request_id: 'mine', spend: 0.01 },
    ])
  })

  test('of two processes with one provider id at the same moment, the second writes under its call id', async () => {
    const ledger = await setup({ partitioned })
    const pools = [0, 1].map(() => postgres(ledger.url, { max: 1, onnotice: () => {} }))
    const sinks = pools.map((sql) => ledger.newSink({ sql }))
    const events: SpendEvent[] = []
    try {
      for (let round = 0; round < 15; round++) {
        const pair = [0, 1].map((n) =>
          spendEvent({
            callId: `call-${round}-${n}`,
            key: { hashedToken: '1'.repeat(64), owners: { userId: 'u1', teamId: 't1' }, metadata: { tags: ['tag1'] } },
            call: { endUserId: 'e1' },
            outcome: { responseId: `chatcmpl-${round}`, startedAt: new Date(Date.UTC(2026, 2, 1, n, round)) },
          }),
        )
        await Promise.all(pair.map((event, n) => ledger.write([event], sinks[n])))
        events.push(...pair)
      }
    } finally {
      await Promise.all(pools.map((pool) => pool.end()))
    }
    await expectChargedOnce(ledger, events)
  })

  test('an upstream that answers with the ids of other calls takes nothing from them', async () => {
    const ledger = await setup({ partitioned })
    const thief = spendEvent({ callId: 'thief', outcome: { responseId: 'victim' } })
    const victim = spendEvent({ callId: 'victim', outcome: { responseId: undefined } })
    await ledger.write([thief])
    await ledger.write([victim])
    expect(await ledger.sql`select metadata ->> 'litellm_call_id' as call_id from "LiteLLM_SpendLogs"`).toHaveLength(2)
  })
})
