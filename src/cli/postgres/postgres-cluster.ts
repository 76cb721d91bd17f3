import { spawn } from 'node:child_process'
import { randomUUID } from 'node:crypto'
import { once } from 'node:events'
import { existsSync } from 'node:fs'
import { chown, mkdir, open, rename, rm, stat, truncate, writeFile } from 'node:fs/promises'
import { createServer } from 'node:net'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { ConfigError } from '../../errors.ts'
import type { PostgresBinaries } from './postgres-binaries.ts'
import { findPostmaster, type Postmaster, readPidFile } from './postmaster.ts'
import { asUser, runProgram } from './run-program.ts'
import type { ServiceUser } from './service-user.ts'

/** A data directory and how to run a server on it. */
export interface PostgresCluster {
  /** Holds the data directory, the log and the password. */
  readonly dir: string
  readonly binaries: PostgresBinaries
  readonly user: ServiceUser | undefined
  readonly dataDir: string
  readonly logFile: string
  /** Of the superuser `postgres`. */
  readonly password: string
  /** 0: `usualPort` where it is free, else any. */
  readonly port: number
  /** 0: none. */
  readonly usualPort: number
  readonly settings: Readonly<Record<string, string>>
}

const ATTEMPTS = 3
const POLL_MS = 20
const MAX_LOG_BYTES = 10_000_000

/** Whether the data directory exists. */
export function isMade({ dataDir }: PostgresCluster): boolean {
  return existsSync(join(dataDir, 'PG_VERSION'))
}

/** Makes the data directory. It appears whole: one that was interrupted is never taken for a database. */
export async function createCluster({ binaries, user, dataDir, password }: PostgresCluster): Promise<void> {
  const draft = `${dataDir}.${randomUUID()}`
  const passwordFile = `${draft}.password`
  try {
    await mkdir(draft, { mode: 0o700 })
    await writeFile(passwordFile, password, { mode: 0o600 })
    if (user) await Promise.all([draft, passwordFile].map((path) => chown(path, user.uid, user.gid)))
    const args = ['--username=postgres', '--auth=scram-sha-256', '--locale=C', '--encoding=UTF8', '--no-instructions']
    const files = [`--pgdata=${draft}`, `--pwfile=${passwordFile}`]
    const { exitCode, output } = await runProgram(binaries.initdb, [...args, ...files], user)
    if (exitCode !== 0) throw new ConfigError(`PostgreSQL could not make ${dataDir}: ${lastLine(output)}`)
    await rename(draft, dataDir).catch(unlessAnotherWasFirst)
  } finally {
    await rm(draft, { recursive: true, force: true })
    await rm(passwordFile, { force: true })
  }
}

/** Starts a server, or finds the one that was started meanwhile. Resolves when it takes connections. */
export async function startPostmaster(cluster: PostgresCluster): Promise<Postmaster> {
  for (let attempt = 1; ; attempt++) {
    const usual = cluster.port || cluster.usualPort
    const port = await freePort(usual).catch((error: Error) => {
      if (cluster.port === 0) return freePort(0)
      throw new ConfigError(`PostgreSQL cannot listen on port ${cluster.port}: ${error.message}.`, { cause: error })
    })
    const reason = await launch(cluster, port)
    const running = await findPostmaster(cluster.dataDir)
    if (running) return running
    if (attempt === ATTEMPTS) throw new ConfigError(`PostgreSQL did not start: ${reason} (log: ${cluster.logFile})`)
  }
}

/** Resolves with `undefined` when the server is ready, or with its last words. */
async function launch(cluster: PostgresCluster, port: number): Promise<string | undefined> {
  const { binaries, user, dataDir, logFile } = cluster
  const logStart = await startOfLog(logFile)
  const log = await open(logFile, 'a', 0o600)
  const settings = { port: String(port), ...ALWAYS, ...cluster.settings }
  const child = spawn(
    binaries.postgres,
    ['-D', dataDir, ...Object.entries(settings).flatMap(([name, value]) => ['-c', `${name}=${value}`])],
    // A process group of its own: Ctrl-C in the terminal must not end the database before the gateway has written.
    { ...asUser(user), detached: true, stdio: ['ignore', log.fd, log.fd], windowsHide: true },
  )
  child.unref()
  let end: string | undefined
  child.once('error', (error) => {
    end = error.message
  })
  child.once('exit', (code, signal) => {
    end = `exit ${code ?? signal}`
  })
  while (end === undefined) {
    const found = await readPidFile(dataDir)
    if (found?.pid === child.pid && found?.ready) break
    await sleep(POLL_MS)
  }
  await log.close()
  return end === undefined ? undefined : (await wordsSince(logFile, logStart)) || end
}

const ALWAYS = {
  listen_addresses: '127.0.0.1',
  unix_socket_directories: '',
  logging_collector: 'off',
  log_destination: 'stderr',
}

async function startOfLog(file: string): Promise<number> {
  const size = await stat(file).then(
    (found) => found.size,
    () => 0,
  )
  if (size <= MAX_LOG_BYTES) return size
  await truncate(file)
  return 0
}

async function wordsSince(file: string, start: number): Promise<string> {
  const log = await open(file, 'r')
  try {
    const { buffer, bytesRead } = await log.read({ buffer: Buffer.alloc(16_384), position: start })
    return lastLine(buffer.toString('utf8', 0, bytesRead))
  } finally {
    await log.close()
  }
}

/** The complaint among what a PostgreSQL program wrote. */
function lastLine(output: string): string {
  const lines = output.split('\n').filter((line) => line.trim() !== '')
  return (lines.findLast((line) => /FATAL|PANIC|error:/.test(line)) ?? lines.at(-1) ?? '').trim()
}

function unlessAnotherWasFirst(error: NodeJS.ErrnoException) {
  if (error.code !== 'ENOTEMPTY' && error.code !== 'EEXIST') throw error
}

/** `port` if nothing listens on it at 127.0.0.1; with 0, a port that is free now. Rejects with EADDRINUSE. */
export async function freePort(port: number): Promise<number> {
  const server = createServer().listen(port, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  server.close()
  await once(server, 'close')
  return typeof address === 'object' && address ? address.port : port
}
