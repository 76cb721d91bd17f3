import { describe, expect, test } from '@jest/globals'
import { readTotals } from '../../support/ledger.ts'
import { LITELLM_VERSIONS } from '../../support/litellm-schema.ts'
import { spendEvent } from '../../support/spend-event.ts'
import { cents, setupLedger } from './setup.ts'

const CASES = LITELLM_VERSIONS.flatMap((schema) => [false, true].map((partitioned) => ({ schema, partitioned })))

describe.each(CASES)('without log rows, LiteLLM $schema, partitioned: $partitioned', (version) => {
  test('each call is still charged once, by however many writers and in whatever company it comes', async () => {
    const { open, sql, rows, drops } = await setupLedger(version)
    const calls = cents(50)
    const ledgers = [open('memory', { rows: false }), open('memory', { rows: false })]
    for (const event of [...calls, ...calls.slice(10, 30)]) for (const ledger of ledgers) void ledger.record(event)
    await Promise.all(ledgers.map((ledger) => ledger.flush()))
    for (const event of calls.toReversed()) void ledgers[0]!.record(event)
    await ledgers[0]!.flush()
    expect(drops).toEqual([])
    expect(await rows()).toBe(0)
    expect((await readTotals(sql)).user).toEqual({ u0: 1000, u1: 1000, u2: 1000, u3: 1000, u4: 1000 })
    const [day] = await sql`select sum(api_requests)::int as requests from "LiteLLM_DailyUserSpend"`
    expect(day!.requests).toBe(50)
  })
})

test('calls with one provider id between them are all charged', async () => {
  const { open, sql } = await setupLedger()
  const ledger = open('memory', { rows: false })
  for (let n = 0; n < 30; n++) void ledger.record(spendEvent({ outcome: { responseId: 'the same' } }))
  await ledger.flush()
  expect((await readTotals(sql)).user).toEqual({ u1: 3000 })
})

test('a call that has left its row before rows were switched off is not charged again', async () => {
  const { open, sql, rows } = await setupLedger()
  const event = spendEvent()
  for (const options of [{}, { rows: false }]) {
    const ledger = open('memory', options)
    void ledger.record(event)
    await ledger.flush()
  }
  expect(await rows()).toBe(1)
  expect((await readTotals(sql)).user).toEqual({ u1: 100 })
})

/** A response in the background: the call that ordered it, and what is recorded when it is fetched. */
const ordered = spendEvent({ callId: 'order', call: { callType: 'aresponses' }, outcome: { responseId: 'resp_1' } })
const fetched = { ...ordered, callId: 'resp_1_background_cost' }

const ORDERS = [
  ['told, then fetched', [[ordered], [fetched]]],
  ['fetched, then told', [[fetched], [ordered]]],
  ['told and fetched in one batch', [[fetched, ordered]]],
  ['fetched twice', [[fetched], [fetched]]],
] as const

describe.each([true, false])('with rows: %s', (rows) => {
  test.each(ORDERS)('a response in the background is charged once: %s', async (_, batches) => {
    const { open, sql, drops } = await setupLedger()
    const ledger = open('memory', { rows })
    for (const batch of batches) {
      for (const event of batch) void ledger.record(event)
      await ledger.flush()
    }
    expect(drops).toEqual([])
    expect((await readTotals(sql)).user).toEqual({ u1: 100 })
  })
})
