import { readFile } from 'node:fs/promises'

/** Clock ticks per second, the same on every usual Linux. */
const TICKS = 100
const USER = 11
const SYSTEM = 12

/** Seconds of CPU that a process has used, or NaN where the system does not tell, or the process is none of `program`. */
export async function cpuSeconds(pid: number, program?: string): Promise<number> {
  const stat = await readFile(`/proc/${pid}/stat`, 'latin1').catch(() => '')
  if (stat === '' || (program && !stat.includes(`(${program})`))) return Number.NaN
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
  return (Number(fields[USER]) + Number(fields[SYSTEM])) / TICKS
}
