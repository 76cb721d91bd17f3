import { afterAll, expect, test } from '@jest/globals'
import { BudgetReservations } from '../../../src/admission/budgets/budget-reservations.ts'
import { checkCall } from '../../../src/admission/checks.ts'
import { readSchema } from '../../../src/database/schema.ts'
import { createKeyStore } from '../../../src/keys/key-store.ts'
import { createTestDatabase } from '../../support/database.ts'
import { aCall } from '../../unit/admission/support/facts.ts'

const leftovers: (() => Promise<unknown>)[] = []
afterAll(() => Promise.all(leftovers.map((leave) => leave())))

test('while rows are read and spend is written in between, 50 calls of 0.01 pass a budget of 0.50, never 51', async () => {
  const { call, flush, spent, settled } = await setup()
  const passed: boolean[] = []
  const flushing = { on: true }
  const flusher = (async () => {
    while (flushing.on) await flush()
  })()
  for (let round = 0; round < 20; round++) {
    passed.push(...(await Promise.all(Array.from({ length: 20 }, call))))
  }
  flushing.on = false
  await flusher
  await flush()
  const inTime = passed.filter(Boolean).length
  expect(inTime).toBeLessThanOrEqual(50)
  expect(await spent()).toBeCloseTo(inTime / 100, 9)

  // What an overlap of reading and writing may have refused too early is not lost.
  await settled()
  let later = 0
  while (await call()) {
    later++
    await flush()
    await settled()
  }
  expect(inTime + later).toBe(50)
})

async function setup() {
  const database = await createTestDatabase()
  leftovers.push(() => database.drop())
  const { sql } = database
  await sql`insert into "LiteLLM_VerificationToken" (token, max_budget) values ('k', 0.5)`
  const schema = await readSchema(sql)
  // Every call reads the row anew.
  const keys = createKeyStore({ sql, schema: async () => schema, max: 10, ttlMs: 0, staleIfErrorMs: 0 })
  const reservations = new BudgetReservations()
  let queue: string[] = []
  let calls = 0
  return {
    async call(): Promise<boolean> {
      const callId = `${++calls}`
      const facts = { key: (await keys.find('k'))! }
      if (checkCall(reservations.watch(facts), aCall(), {}, new Date())) return false
      await sql`select pg_sleep(${Math.random() / 50})`
      if (reservations.reserve({ callId, facts, call: aCall(), settings: {}, estimate: 0.01 })) return false
      await sql`select pg_sleep(${Math.random() / 500})`
      reservations.settle(callId, 0.01)
      queue.push(callId)
      return true
    },
    async flush(): Promise<void> {
      const batch = queue
      queue = []
      if (batch.length === 0) await sql`select pg_sleep(0.001)`
      await sql`update "LiteLLM_VerificationToken" set spend = spend + ${batch.length / 100} where token = 'k'`
      reservations.written(batch)
    },
    async spent(): Promise<number> {
      const [row] = await sql`select spend from "LiteLLM_VerificationToken"`
      return row?.spend as number
    },
    /** Dates have milliseconds: a row that is read in the one in which spend was written counts it twice. */
    settled: () => sql`select pg_sleep(0.003)`,
  }
}
