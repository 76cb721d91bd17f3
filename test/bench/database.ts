import { randomUUID } from 'node:crypto'
import { mkdtemp } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import postgres, { type Sql } from 'postgres'
import { startLocalPostgres } from '../../src/cli/postgres/local-postgres.ts'
import { litellmSchemaSql } from '../support/litellm-schema.ts'

export interface BenchDatabase {
  readonly url: string
  readonly sql: Sql
  /** Server and version, for the report. */
  readonly name: string
  stop(): Promise<void>
}

/** A database with LiteLLM's tables, on the server of `TEST_DATABASE_URL` or on one of its own with default settings. */
export async function openBenchDatabase(): Promise<BenchDatabase> {
  const given = process.env.TEST_DATABASE_URL
  const own = given ? undefined : await startLocalPostgres({ dir: await temporary(), persistent: false })
  const server = given ?? own!.url
  const name = `bench_${randomUUID().replaceAll('-', '')}`
  await onServer(server, (admin) => admin`create database ${admin(name)}`)
  const url = new URL(server)
  url.pathname = `/${name}`
  const sql = postgres(url.href, { max: 4, onnotice: () => {}, connection: { TimeZone: 'UTC' } })
  await sql.unsafe(litellmSchemaSql('20260216')).simple()
  const [settings] = await sql`
    select
      current_setting('server_version') as version,
      current_setting('fsync') as fsync,
      current_setting('synchronous_commit') as commit
  `
  return {
    url: url.href,
    sql,
    name: `PostgreSQL ${settings!.version} (fsync ${settings!.fsync}, synchronous_commit ${settings!.commit})`,
    async stop() {
      await sql.end({ timeout: 1 })
      await onServer(server, (admin) => admin`drop database if exists ${admin(name)} with (force)`)
      await own?.stop()
    },
  }
}

function temporary(): Promise<string> {
  return mkdtemp(join(tmpdir(), 'express-litellm-bench-'))
}

async function onServer(url: string, work: (admin: Sql) => Promise<unknown>): Promise<void> {
  const admin = postgres(url, { max: 1, onnotice: () => {} })
  try {
    await work(admin)
  } finally {
    await admin.end({ timeout: 1 })
  }
}
