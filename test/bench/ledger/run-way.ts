import type { Sql } from 'postgres'
import type { Child } from '../process/child.ts'
import { backendCpu } from './backend-cpu.ts'

export interface Way {
  readonly name: string
  readonly way: 'ours' | 'copy' | 'naive'
  readonly processes: number
  /** Calls per statement. */
  readonly batchSize: number
}

export interface Slice {
  readonly rowsPerSecond: number
  readonly nodeCpu: number
  readonly postgresCpu: number
  readonly walBytes: number
}

/** Writes `rows` rows into an empty log, and checks that they are there. */
export async function runWay(sql: Sql, writers: readonly Child[], way: Way, rows: number): Promise<Slice> {
  const taking = writers.slice(0, way.processes)
  const each = Math.round(rows / taking.length)
  const written = each * taking.length
  await Promise.all(taking.map((writer) => writer.ask('prepare', { ...way, rows: each })))
  await sql`truncate "LiteLLM_SpendLogs"`
  const wal = await walPosition(sql)
  const cpu = await backendCpu(sql)
  const startedAt = performance.now()
  const nodeSeconds: number[] = await Promise.all(taking.map((writer) => writer.ask('run')))
  const seconds = (performance.now() - startedAt) / 1_000
  const postgresSeconds = (await backendCpu(sql)) - cpu
  const walBytes = Number((await walPosition(sql)) - wal)
  const [found] = await sql`select count(*)::int as rows from "LiteLLM_SpendLogs"`
  if (found!.rows !== written) throw new Error(`${way.name}: ${found!.rows} rows instead of ${written}`)
  return {
    rowsPerSecond: written / seconds,
    nodeCpu: (nodeSeconds.reduce((sum, one) => sum + one, 0) * 1e6) / written,
    postgresCpu: (postgresSeconds * 1e6) / written,
    walBytes: walBytes / written,
  }
}

async function walPosition(sql: Sql): Promise<bigint> {
  const [row] = await sql`select (pg_current_wal_lsn() - '0/0'::pg_lsn)::text as bytes`
  return BigInt(row!.bytes)
}
