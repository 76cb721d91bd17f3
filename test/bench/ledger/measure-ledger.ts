import type { Sql } from 'postgres'
import type { Plan } from '../plan.ts'
import { type Child, startChild } from '../process/child.ts'
import { type Spread, spreadOf } from '../statistics.ts'
import { type FlushResult, measureFlush } from './measure-flush.ts'
import { runWay, type Slice, type Way } from './run-way.ts'
import { seedOwners } from './seed-owners.ts'

export interface WayResult {
  readonly name: string
  readonly rowsPerSecond: Spread
  /** Microseconds of the writing processes, per row. */
  readonly nodeCpu: Spread
  /** Microseconds of PostgreSQL's backends, per row. NaN where the server runs elsewhere. */
  readonly postgresCpu: Spread
  readonly walBytes: Spread
}

export interface LedgerResult {
  readonly ways: readonly WayResult[]
  readonly flush: readonly FlushResult[]
}

export const COPY = 'COPY of the log rows alone'
export const NAIVE = 'one statement per request and entity'
export const OURS = 'ours, batches of 1,000'

const WAYS: readonly Way[] = [
  { name: COPY, way: 'copy', processes: 1, batchSize: 0 },
  { name: NAIVE, way: 'naive', processes: 1, batchSize: 0 },
  { name: 'ours, batches of 100', way: 'ours', processes: 1, batchSize: 100 },
  { name: OURS, way: 'ours', processes: 1, batchSize: 1_000 },
  { name: 'ours, batches of 1,000, 4 processes', way: 'ours', processes: 4, batchSize: 1_000 },
]
const WARM_UP_ROWS = 4_000
const MAX_ROUNDS = 2

/** How fast calls get into the database with everything they charge, against the limit and against the usual way. */
export async function measureLedger(sql: Sql, databaseUrl: string, plan: Plan): Promise<LedgerResult> {
  await seedOwners(sql)
  const argument = { databaseUrl }
  const writers = await Promise.all([1, 2, 3, 4].map(() => startChild('ledger/writer.ts', { argument })))
  try {
    return { ways: await measureWays(sql, writers, plan), flush: await measureFlush(writers[0]!, plan) }
  } finally {
    await Promise.all(writers.map((writer) => writer.stop()))
  }
}

async function measureWays(sql: Sql, writers: readonly Child[], plan: Plan): Promise<WayResult[]> {
  const slices = new Map(WAYS.map((way) => [way, [] as Slice[]]))
  await runWay(sql, writers, WAYS.at(-1)!, WARM_UP_ROWS)
  for (let round = 0; round < Math.min(plan.rounds, MAX_ROUNDS); round++) {
    for (const way of WAYS) {
      const rows = way.way === 'naive' ? plan.naiveRows : plan.ledgerRows
      slices.get(way)!.push(await runWay(sql, writers, way, rows))
    }
  }
  return [...slices].map(([{ name }, measured]) => ({
    name,
    rowsPerSecond: spreadOf(measured.map((slice) => slice.rowsPerSecond)),
    nodeCpu: spreadOf(measured.map((slice) => slice.nodeCpu)),
    postgresCpu: spreadOf(measured.map((slice) => slice.postgresCpu)),
    walBytes: spreadOf(measured.map((slice) => slice.walBytes)),
  }))
}
