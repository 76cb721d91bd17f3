import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import { createFaultProxy } from '../../../src/testing/fault-proxy.ts'
import { assertLedgerConsistent } from '../../../src/testing/index.ts'
import type { TestDatabaseOptions } from '../../support/database.ts'
import { createLedger } from '../../support/ledger.ts'
import { randomCalls } from '../../support/random-calls.ts'

const WRITER = fileURLToPath(new URL('../../support/child/write-calls.ts', import.meta.url))

export interface RandomRun {
  readonly calls: number
  readonly writers: number
  /**
   * How often the line is cut. Half of the cuts lose the answer of a statement that is carried out. They come at random
   * moments, a third of a second apart: writers that are cut at every attempt would never end.
   */
  readonly cuts: number
  readonly seed: number
  readonly database?: TestDatabaseOptions
}

const CUT_EVERY_MS = 333
/** A writer that takes longer is stuck. */
const WRITER_MS = 300_000

/**
 * Writer processes send the same calls, duplicated and shuffled, through a line that is cut again and again. Resolves
 * with what is in the database; rejects when a sum or a count does not agree with the log.
 */
export async function runRandomRecords({ calls, writers, cuts, seed, database }: RandomRun) {
  const { url, sql, drop } = await createLedger(database)
  const proxy = await createFaultProxy(url)
  // Part of the message that writes; on a partitioned log the records in it are base64.
  const text = database?.partitioned ? 'decode(' : '"litellm_call_id":"'
  let cutsLeft = cuts
  const cutting = setInterval(() => {
    if (cutsLeft-- <= 0) clearInterval(cutting)
    else if (Math.random() < 0.5) proxy.cutAfter(text)
    else proxy.cutBefore(text)
  }, CUT_EVERY_MS)
  try {
    const children = Array.from({ length: writers }, (_, writer) =>
      spawn(process.execPath, [WRITER, proxy.url, String(calls), String(seed), String(writer)], {
        stdio: ['ignore', 'inherit', 'inherit'],
        timeout: WRITER_MS,
      }),
    )
    const exitCodes = await Promise.all(children.map(async (child) => (await once(child, 'close'))[0] as number))
    await assertLedgerConsistent(sql)
    const [found] = await sql`
      select count(*)::int as rows, count(distinct metadata ->> 'litellm_call_id')::int as calls, sum(spend) as spend
      from "LiteLLM_SpendLogs"`
    const expected = randomCalls(calls, seed).reduce((sum, { cost = 0 }) => sum + cost, 0)
    return { exitCodes, rows: found!.rows, calls: found!.calls, missing: expected - found!.spend, cuts: proxy.cuts }
  } finally {
    clearInterval(cutting)
    await proxy.close()
    await drop()
  }
}
