import { readFile } from 'node:fs/promises'
import type { Sql } from 'postgres'

/** Clock ticks per second, the same on every usual Linux. */
const TICKS = 100
const USER = 11
const SYSTEM = 12

/** Seconds of CPU of the backends that serve this database, or NaN where they are not processes of this machine. */
export async function backendCpu(sql: Sql): Promise<number> {
  const backends = await sql`select pid from pg_stat_activity where datname = current_database()`
  let seconds = 0
  for (const { pid } of backends) {
    const stat = await readFile(`/proc/${pid}/stat`, 'latin1').catch(() => '')
    if (!stat.includes('(postgres)')) return Number.NaN
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
    seconds += (Number(fields[USER]) + Number(fields[SYSTEM])) / TICKS
  }
  return seconds
}
