import { describe, expect, test } from '@jest/globals'
import type { VirtualKey } from '../../../src/types.ts'
import { cleanups } from '../../support/cleanups.ts'
import { createLedger, type LedgerSetup } from '../../support/ledger.ts'
import { spendEvent } from '../../support/spend-event.ts'

/** LiteLLM's table, as it was found in a database of the middle of 2026. */
const TABLE = `
  create table "LiteLLM_BudgetWindowSpend" (
    entity_type text not null,
    entity_id text not null,
    window_duration text not null,
    window_start timestamp(3) not null,
    spend double precision not null default 0.0,
    created_at timestamp(3) not null default current_timestamp,
    updated_at timestamp(3) not null,
    primary key (entity_type, entity_id, window_duration)
  )`

async function setup(database: Parameters<typeof createLedger>[0] = {}, options: LedgerSetup = {}) {
  const ledger = await createLedger(database, options)
  cleanups.push(ledger.drop)
  await ledger.sql.unsafe(TABLE)
  const windows = () => ledger.sql`
    select entity_type, entity_id, window_duration, to_char(window_start, 'YYYY-MM-DD HH24:MI') as start,
      round(spend::numeric * 100)::int as cents
    from "LiteLLM_BudgetWindowSpend"
    order by 1, 2, 3`
  return { ...ledger, windows }
}

const TOKEN = '1'.repeat(64)
const KEY: Partial<VirtualKey> = {
  hashedToken: TOKEN,
  budgetWindows: [
    { duration: '1d', maxBudget: 1 },
    { duration: '1h', maxBudget: 1 },
  ],
  team: {
    id: 't1',
    blocked: false,
    models: [],
    spend: 0,
    metadata: {},
    budgetWindows: [{ duration: '30d', maxBudget: 9 }],
  },
}

const callAt = (time: string, callId?: string) =>
  spendEvent({ callId, key: KEY, outcome: { startedAt: new Date(time), endedAt: new Date(time) } })

describe.each([false, true])('partitioned: %s', (partitioned) => {
  test('a call counts in the windows of its key and team, once', async () => {
    const { write, windows, drops } = await setup({ partitioned })
    const calls = ['a', 'b', 'c'].map((id) => callAt('2026-03-04T10:30:00Z', id))
    await write(calls)
    await write([...calls, callAt('2026-03-04T10:40:00Z', 'd')])
    expect(drops).toEqual([])
    expect(await windows()).toEqual([
      { entity_type: 'key', entity_id: TOKEN, window_duration: '1d', start: '2026-03-04 00:00', cents: 4 },
      { entity_type: 'key', entity_id: TOKEN, window_duration: '1h', start: '2026-03-04 10:00', cents: 4 },
      { entity_type: 'team', entity_id: 't1', window_duration: '30d', start: '2026-03-01 00:00', cents: 4 },
    ])
  })
})

test('a later window begins at nothing, also within one batch', async () => {
  const { write, windows } = await setup()
  await write([callAt('2026-03-04T10:30:00Z')])
  await write([callAt('2026-03-04T10:59:00Z'), callAt('2026-03-04T11:01:00Z'), callAt('2026-03-04T11:02:00Z')])
  expect(await windows()).toMatchObject([
    { window_duration: '1d', cents: 4 },
    { window_duration: '1h', start: '2026-03-04 11:00', cents: 2 },
    { window_duration: '30d', cents: 4 },
  ])
})

test('without log rows it counts as well', async () => {
  const { write, windows } = await setup({}, { rows: false })
  await write([callAt('2026-03-04T10:30:00Z')])
  expect((await windows()).map(({ cents }) => cents)).toEqual([1, 1, 1])
})

test('a duration that cannot be read counts nowhere, and takes no call down', async () => {
  const { write, windows, drops } = await setup()
  await write([spendEvent({ key: { ...KEY, team: undefined, budgetWindows: [{ duration: 'often', maxBudget: 1 }] } })])
  expect(await windows()).toEqual([])
  expect(drops).toEqual([])
})
