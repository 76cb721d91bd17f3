import { readFile, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { ConfigError } from '../../errors.ts'

/** A PostgreSQL server that runs on a data directory, whichever process started it. */
export interface Postmaster {
  readonly pid: number
  readonly port: number
}

const POLL_MS = 20
const START_MS = 30_000
const FAST_MS = 10_000

/**
 * The server that runs on this data directory, once it takes connections; `undefined` when none does. Waits for one
 * that is starting or stopping. A pid file left behind whose number another program has now is removed.
 */
export async function findPostmaster(dataDir: string): Promise<Postmaster | undefined> {
  const until = Date.now() + START_MS
  for (;;) {
    const found = await readPidFile(dataDir)
    if (!found || !isAlive(found.pid)) return undefined
    if (!(await isPostgres(found.pid))) return void (await rm(pidFile(dataDir), { force: true }))
    if (found.ready) return found
    if (Date.now() > until) throw new ConfigError(`The PostgreSQL of ${dataDir} (pid ${found.pid}) hangs: end it.`)
    await sleep(POLL_MS)
  }
}

/** Fast shutdown: ends the sessions, writes everything down. Resolves when the server is gone. */
export async function stopPostmaster(dataDir: string, { pid }: Postmaster): Promise<void> {
  signal(pid, 'SIGINT')
  if (await isGone(dataDir, pid, FAST_MS)) return
  signal(pid, 'SIGQUIT') // immediate: the next start recovers from the write-ahead log
  await isGone(dataDir, pid, FAST_MS)
}

/** The pid file is the witness: a process whose parent does not wait for it keeps its number when it has ended. */
async function isGone(dataDir: string, pid: number, ms: number): Promise<boolean> {
  for (const until = Date.now() + ms; Date.now() < until; await sleep(POLL_MS)) {
    if ((await readPidFile(dataDir))?.pid !== pid || !isAlive(pid)) return true
  }
  return false
}

/** Lines of `postmaster.pid`: pid, data directory, start time, port, socket directory, address, memory key, status. */
export async function readPidFile(dataDir: string): Promise<(Postmaster & { readonly ready: boolean }) | undefined> {
  const lines = (await readFile(pidFile(dataDir), 'utf8').catch(() => '')).split('\n')
  const pid = Number(lines[0])
  if (!Number.isInteger(pid) || pid <= 0) return undefined
  return { pid, port: Number(lines[3]), ready: lines[7]?.trim() === 'ready' }
}

function pidFile(dataDir: string): string {
  return join(dataDir, 'postmaster.pid')
}

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0)
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM'
  }
}

/** Where there is no `/proc` the pid file is believed. */
async function isPostgres(pid: number): Promise<boolean> {
  const name = await readFile(`/proc/${pid}/comm`, 'utf8').catch(() => 'postgres')
  return name.trim() === 'postgres'
}

function signal(pid: number, name: NodeJS.Signals) {
  try {
    process.kill(pid, name)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error
  }
}
