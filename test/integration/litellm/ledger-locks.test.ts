import { afterAll, expect, test } from '@jest/globals'
import postgres, { type Sql } from 'postgres'
import type { SpendEvent } from '../../../src/types.ts'
import { createLedger, type Ledger, readTotals } from '../../support/ledger.ts'
import { spendEventOf } from '../../support/spend-event.ts'

const ledgers: Ledger[] = []
const pools: Sql[] = []
afterAll(async () => {
  await Promise.all(pools.map((pool) => pool.end()))
  await Promise.all(ledgers.map((ledger) => ledger.drop()))
})

async function setup(options: Parameters<typeof createLedger>[0] = {}) {
  const ledger = await createLedger(options)
  ledgers.push(ledger)
  // Enough rows for the planner to choose its join order freely.
  await ledger.sql
    .unsafe(`
    insert into "LiteLLM_UserTable" (user_id) select 'x' || n from generate_series(1, 2000) as n;
    insert into "LiteLLM_VerificationToken" (token) select 'x' || n from generate_series(1, 2000) as n;
    insert into "LiteLLM_TagTable" (tag_name) select 'x' || n from generate_series(1, 2000) as n;
    analyze`)
    .simple()
  const newPool = () => {
    const pool = postgres(ledger.url, { max: 1, onnotice: () => {} })
    pools.push(pool)
    return pool
  }
  return { ...ledger, newPool }
}

/** Calls that each charge another user, key and tag, in the order of `ids`. */
function calls(writer: number, ids: readonly number[]): SpendEvent[] {
  return ids.map((id, n) => spendEventOf(`call-${writer}-${n}`, id))
}

const UP = Array.from({ length: 300 }, (_, n) => n + 1)
const DOWN = UP.toReversed()

test.each([false, true])('writers that meet in any order never deadlock, partitioned: %s', async (partitioned) => {
  const { sql, write, newSink, newPool, retries, drops } = await setup({ partitioned })
  const sinks = [300, 170, 90, 40].map((batchSize) => newSink({ sql: newPool(), batchSize }))
  // Another step for each writer: another order, and other ids in each batch.
  const orders = [1, -1, 7, 113].map((step) => UP.map((_, n) => ((((n * step) % 300) + 300) % 300) + 1))
  for (let round = 0; round < 5; round++) {
    await Promise.all(sinks.map((sink, n) => write(calls(round * 4 + n, orders[n]!), sink)))
  }
  expect(retries).toEqual([])
  expect(drops).toEqual([])
  expect(Object.values((await readTotals(sql)).user!)).toEqual(Array(300).fill(2000))
})

test('beside a LiteLLM that locks in its own order and in any order, no call is lost or charged twice', async () => {
  const { sql, write, newSink, newPool, drops } = await setup()
  const litellm = newPool()
  const done = new AbortController()
  let updates = 0
  const running = (async () => {
    for (let round = 0; !done.signal.aborted; round++) updates += await updateAsLiteLLM(litellm, round % 2 ? UP : DOWN)
  })()
  const sinks = [0, 1].map(() => newSink({ sql: newPool(), batchSize: 50 }))
  await Promise.all(sinks.map((sink, n) => write(calls(n, n % 2 ? UP : DOWN), sink)))
  done.abort()
  await running
  expect(drops).toEqual([])
  expect(updates).toBeGreaterThan(0)
  const { user, key } = await readTotals(sql)
  expect(Object.values(user!)).toEqual(Array(300).fill(200 + updates))
  expect(Object.values(key!)).toEqual(Array(300).fill(200 + updates))
  const [count] = await sql`select count(*)::int as rows from "LiteLLM_SpendLogs"`
  expect(count!.rows).toBe(600)
})

/** One update per id, users then keys, each table in a transaction of its own. Returns 1 when it went through. */
async function updateAsLiteLLM(sql: Sql, ids: readonly number[]): Promise<number> {
  for (const [table, id] of [
    ['LiteLLM_UserTable', 'user_id'],
    ['LiteLLM_VerificationToken', 'token'],
  ]) {
    const message = ids.map((n) => `update "${table}" set spend = spend + 0.0001 where ${id} = 'x${n}'`).join(';')
    while (!(await went(sql, message)));
  }
  return 1
}

async function went(sql: Sql, message: string): Promise<boolean> {
  try {
    await sql.unsafe(message).simple()
    return true
  } catch (error) {
    if ((error as { code?: string }).code === '40P01') return false
    throw error
  }
}
