import { afterAll, expect, test } from '@jest/globals'
import { createLedger, type Ledger, readTotals } from '../../support/ledger.ts'
import { spendEvent } from '../../support/spend-event.ts'

const ledgers: Ledger[] = []
afterAll(() => Promise.all(ledgers.map((ledger) => ledger.drop())))

/** More than one statement could take as parameters, at one per row. */
const MANY = 70_000

test('70,000 calls in one flush are all written', async () => {
  const ledger = await createLedger({}, { batchSize: 5000 })
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
}, 120_000)
