import { afterAll, expect, test } from '@jest/globals'
import { readSchema } from '../../../src/database/schema.ts'
import { LINE_END } from '../../../src/ledger/record/fields.ts'
import { toSpendRecord } from '../../../src/ledger/record/spend-log-row.ts'
import { createChargedCalls } from '../../../src/ledger/write/sql/create-charged-calls.ts'
import { writeSpend } from '../../../src/ledger/write/sql/write-spend.ts'
import { createLedger, type Ledger, readTotals } from '../../support/ledger.ts'
import { spendEvent } from '../../support/spend-event.ts'

const ledgers: Ledger[] = []
afterAll(() => Promise.all(ledgers.map((ledger) => ledger.drop())))

/** More than one statement could take as parameters, at one per row. */
const MANY = 70_000
/** Bytes of rows in a statement. */
const LONGEST = 8 << 20

test('70,000 calls in one flush are all written', async () => {
  const ledger = await createLedger({}, { batchSize: 500 })
  ledgers.push(ledger)
  await ledger.write(
    Array.from({ length: MANY }, (_, n) =>
      spendEvent({ callId: `call-${n}`, key: { hashedToken: '1'.repeat(64), owners: { userId: `u${n % 5}` } } }),
    ),
  )
  expect(ledger.drops).toEqual([])
  expect(ledger.retries).toEqual([])
  const [log] = await ledger.sql`select count(*)::int as rows from "LiteLLM_SpendLogs"`
  expect(log!.rows).toBe(MANY)
  expect((await readTotals(ledger.sql)).key).toEqual({ ['1'.repeat(64)]: MANY * 100 })
})

test('rows that keep long prompts are written in statements of a size that the server takes', async () => {
  const ledger = await createLedger()
  ledgers.push(ledger)
  const statements: number[] = []
  const unsafe: typeof ledger.sql.unsafe = (text, values, options) => {
    statements.push(Buffer.byteLength(String(values![0])))
    return ledger.sql.unsafe(text, values, options)
  }
  const sql = new Proxy(ledger.sql, { get: (all, name) => (name === 'unsafe' ? unsafe : Reflect.get(all, name)) })
  const sink = ledger.newSink({ sql, prompts: { maxLength: 300_000 } })
  const text = 'p'.repeat(200_000)
  // A row has the prompt twice, in `proxy_server_request` and in `messages`, and the answer in `response`.
  const request = { messages: [{ role: 'user', content: text }] }
  const answer = { choices: [{ index: 0, message: { role: 'assistant', content: text } }] }
  const events = Array.from({ length: 100 }, (_, n) => ({ ...spendEvent({ callId: `call-${n}` }), request, answer }))
  await ledger.write(events, sink)
  expect(ledger.drops).toEqual([])
  const bytes = statements.reduce((sum, length) => sum + length, 0)
  expect(bytes).toBeGreaterThan(100 * 3 * text.length)
  expect(Math.max(...statements)).toBeLessThanOrEqual(LONGEST)
  // No more statements than that needs.
  expect(statements.length).toBe(Math.ceil(bytes / LONGEST))
  const [log] = await ledger.sql`select count(*)::int as rows from "LiteLLM_SpendLogs"`
  expect(log!.rows).toBe(100)
})

test.each([
  ['rows', true],
  ['without rows', false],
])('a plan from when the log was empty finds ids by their index: %s', async (_, rows) => {
  const ledger = await createLedger()
  ledgers.push(ledger)
  const text = writeSpend(await readSchema(ledger.sql), { rows, server: 170_000 })
  if (!rows) await createChargedCalls(ledger.sql)
  const plan = await ledger.sql.begin(async (sql) => {
    await sql`set local plan_cache_mode = force_generic_plan`
    await sql.unsafe(`prepare write_spend (text) as ${text}`)
    return await sql.unsafe(`explain execute write_spend('[]')`)
  })
  const scans = plan
    .map((row) => row['QUERY PLAN'] as string)
    .filter((line) => /Scan.* on ("LiteLLM_SpendLogs"|charged_calls)/.test(line))
  expect(scans.length).toBeGreaterThan(0)
  expect(scans.filter((line) => line.includes('Seq Scan'))).toEqual([])
})

test('a server without string_to_table reads the same', async () => {
  const ledger = await createLedger()
  ledgers.push(ledger)
  const text = writeSpend(await readSchema(ledger.sql), { server: 130_014 })
  expect(text).not.toContain('string_to_table')
  const lines = ['a', 'b'].map((callId) => toSpendRecord(spendEvent({ callId })).line).join(LINE_END)
  for (const charged of [['a', 'b'], []]) {
    const [written] = await ledger.sql.unsafe(text, [lines])
    expect(written!.charged.toSorted()).toEqual(charged)
  }
})
