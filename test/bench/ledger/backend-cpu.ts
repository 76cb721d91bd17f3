import type { Sql } from 'postgres'
import { cpuSeconds } from '../process/cpu-seconds.ts'

/** Seconds of CPU of the backends that serve this database, or NaN where they are not processes of this machine. */
export async function backendCpu(sql: Sql): Promise<number> {
  const backends = await sql`select pid from pg_stat_activity where datname = current_database()`
  const seconds = await Promise.all(backends.map(({ pid }) => cpuSeconds(pid, 'postgres')))
  return seconds.reduce((sum, one) => sum + one, 0)
}
