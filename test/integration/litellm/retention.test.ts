import { expect, test } from '@jest/globals'
import { LOCKS } from '../../../src/database/advisory-locks.ts'
import { createRetention, deleteExpired } from '../../../src/upkeep/retention.ts'
import { cleanups } from '../../support/cleanups.ts'
import { createLedger } from '../../support/ledger.ts'
import { spendEvent } from '../../support/spend-event.ts'
import { until } from '../../support/until.ts'

const DAY_MS = 86_400_000

/** One call per age in days. */
async function setup(ages: readonly number[], database = {}) {
  const ledger = await createLedger(database)
  cleanups.push(ledger.drop)
  await ledger.write(
    ages.map((days) => {
      const at = new Date(Date.now() - days * DAY_MS)
      return spendEvent({ outcome: { startedAt: at, endedAt: at } })
    }),
  )
  const left = async () => (await ledger.sql`select count(*)::int as count from "LiteLLM_SpendLogs"`)[0]!.count
  return { ...ledger, left }
}

test.each([false, true])(
  'deletes what is older, batch by batch, and nothing else; partitioned: %s',
  async (partitioned) => {
    const { sql, left } = await setup([...Array(25).fill(8), 6, 0], { partitioned })
    const daily = await sql`select sum(spend) as spend from "LiteLLM_DailyUserSpend"`
    expect(await deleteExpired({ sql, ageMs: 7 * DAY_MS, batchSize: 10 })).toBe(25)
    expect(await left()).toBe(2)
    expect(await sql`select sum(spend) as spend from "LiteLLM_DailyUserSpend"`).toEqual(daily)
  },
)

test('while another process cleans up, this one does not', async () => {
  const { sql, left } = await setup([8])
  const [locked, done] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()]
  const held = sql.begin(async (other) => {
    await other`select pg_advisory_xact_lock(${LOCKS.retention}::text::bigint)`
    locked.resolve()
    await done.promise
  })
  await locked.promise
  expect(await deleteExpired({ sql, ageMs: 7 * DAY_MS })).toBe(0)
  expect(await left()).toBe(1)
  done.resolve()
  await held
  expect(await deleteExpired({ sql, ageMs: 7 * DAY_MS })).toBe(1)
})

test('comes again after the interval, also after a failure', async () => {
  const { sql, left } = await setup([8])
  const faults: unknown[] = []
  await sql`alter table "LiteLLM_SpendLogs" rename to away`
  const retention = createRetention({ sql, ageMs: 7 * DAY_MS, intervalMs: 20, onFault: (error) => faults.push(error) })
  cleanups.push(retention.stop)
  await until(() => faults.length > 0)
  await sql`alter table away rename to "LiteLLM_SpendLogs"`
  await until(async () => (await left()) === 0)
})
