import postgres, { type Sql } from 'postgres'
import { assertLedgerConsistent } from '../../../src/testing/index.ts'
import type { SpendEvent } from '../../../src/types.ts'
import { createLedger } from '../../support/ledger.ts'
import { spendEventOf } from '../../support/spend-event.ts'

export interface LockRun {
  readonly ms: number
  /** Update the same rows as LiteLLM does, up and down, meanwhile. */
  readonly besideLiteLLM: boolean
  readonly partitioned?: boolean
}

const OWNERS = 300
const UP = Array.from({ length: OWNERS }, (_, n) => n + 1)
const DOWN = UP.toReversed()

/**
 * Two writers charge the same owners, one in the order of their ids and one against it, again and again. Resolves with
 * what was written and what was in the way; rejects when a sum does not agree with the log.
 */
export async function runLockOrder({ ms, besideLiteLLM, partitioned = false }: LockRun) {
  const { url, sql, write, newSink, retries, drops, drop } = await createLedger({ partitioned })
  const pools = [0, 1, 2].map(() => postgres(url, { max: 1, onnotice: () => {} }))
  // Enough rows for the planner to choose its join order freely.
  await sql
    .unsafe(`
    insert into "LiteLLM_UserTable" (user_id) select 'x' || n from generate_series(1, 2000) as n;
    insert into "LiteLLM_VerificationToken" (token) select 'x' || n from generate_series(1, 2000) as n;
    insert into "LiteLLM_TagTable" (tag_name) select 'x' || n from generate_series(1, 2000) as n;
    analyze`)
    .simple()
  const until = performance.now() + ms
  let calls = 0
  let updates = 0
  let deadlocks = 0
  try {
    await Promise.all([writer(0, UP), writer(1, DOWN), besideLiteLLM ? litellm(pools[2]!) : undefined])
    const [found] = await sql`select count(*)::int as rows from "LiteLLM_SpendLogs"`
    const sums = await sql<{ spend: number }[]>`
      select spend from "LiteLLM_VerificationToken" where token like 'x%' and spend > 0`
    const keys = sums.reduce((sum, { spend }) => sum + spend, 0)
    // LiteLLM's own updates leave no rows.
    await sql`update "LiteLLM_UserTable" set spend = spend - ${updates * AMOUNT} where user_id like 'x%' and spend > 0`
    await sql`
      update "LiteLLM_VerificationToken" set spend = spend - ${updates * AMOUNT} where token like 'x%' and spend > 0`
    await assertLedgerConsistent(sql)
    return {
      calls,
      rows: found!.rows as number,
      retries: retries.length,
      drops: drops.length,
      updates,
      deadlocks,
      keys,
    }
  } finally {
    await Promise.all(pools.map((pool) => pool.end()))
    await drop()
  }

  async function writer(index: number, ids: readonly number[]): Promise<void> {
    const sink = newSink({ sql: pools[index]!, batchSize: 100 })
    for (let round = 0; performance.now() < until; round++) {
      await write(callsOf(`${index}-${round}`, ids), sink)
      calls += ids.length
    }
    await sink.close()
  }

  async function litellm(pool: Sql): Promise<void> {
    for (let round = 0; performance.now() < until; round++) {
      await updateAsLiteLLM(pool, round % 2 ? UP : DOWN)
      updates++
    }
  }

  /** One update per id, users then keys, each table in a transaction of its own; what deadlocks is tried again. */
  async function updateAsLiteLLM(pool: Sql, ids: readonly number[]): Promise<void> {
    for (const [table, id] of [
      ['LiteLLM_UserTable', 'user_id'],
      ['LiteLLM_VerificationToken', 'token'],
    ]) {
      const message = ids.map((n) => `update "${table}" set spend = spend + ${AMOUNT} where ${id} = 'x${n}'`).join(';')
      while (!(await went(pool, message))) deadlocks++
    }
  }
}

const AMOUNT = 0.0001

function callsOf(round: string, ids: readonly number[]): SpendEvent[] {
  return ids.map((id) => spendEventOf(`call-${round}-${id}`, id))
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
