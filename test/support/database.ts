import { createHash, randomUUID } from 'node:crypto'
import { setTimeout as sleep } from 'node:timers/promises'
import postgres, { type Sql } from 'postgres'
import { type LiteLLMVersion, litellmSchemaSql } from './litellm-schema.ts'

export interface TestDatabase {
  readonly url: string
  readonly sql: Sql
  /** Rejects when somebody else is still connected, after it has dropped the database all the same. */
  drop(): Promise<void>
}

export interface TestDatabaseOptions {
  /** LiteLLM's tables as of this version. `empty`: no tables at all. */
  readonly schema?: LiteLLMVersion | 'empty'
  /** `LiteLLM_SpendLogs` partitioned by day, with its composite primary key. */
  readonly partitioned?: boolean
}

/** Pipelined, two statements that wait for a lock would wait in one connection. */
const UNTYPED = { max_pipeline: 1 }

/** A server ends its side of a closed connection a moment after the client. */
const FAREWELL_MS = 2_000

/** A database of its own for one test file, on the server that the run has chosen. */
export async function createTestDatabase(options: TestDatabaseOptions = {}): Promise<TestDatabase> {
  const { schema = '20260216', partitioned = false } = options
  const name = `test_${runId()}_${randomUUID().replaceAll('-', '')}`
  await onServer(async (admin) => {
    const template = schema === 'empty' ? 'template1' : await findTemplate(admin, schema, partitioned)
    await admin`create database ${admin(name)} template ${admin(template)}`
  })
  const url = urlOf(name)
  const sql = postgres(url, { ...UNTYPED, max: 4, onnotice: () => {}, connection: { TimeZone: 'UTC' } })
  return { url, sql, drop }

  async function drop() {
    await sql.end({ timeout: 1 })
    await onServer(async (admin) => {
      const open = await connectionsTo(admin, name)
      await admin`drop database if exists ${admin(name)} with (force)`
      if (open > 0) throw new Error(`${open} connections were left open: close the pool before the database`)
    })
  }
}

/** The run's template of this schema. The first to ask makes it; the others wait at the lock. */
async function findTemplate(admin: Sql, schema: LiteLLMVersion, partitioned: boolean): Promise<string> {
  const content = litellmSchemaSql(schema, { partitioned })
  const name = `template_${runId()}_${createHash('sha256').update(content).digest('hex').slice(0, 16)}`
  await admin`select pg_advisory_lock(hashtext(${name}))`
  try {
    const found = await admin`select 1 from pg_database where datname = ${name}`
    if (found.length === 0) await createTemplate(admin, name, content)
  } finally {
    await admin`select pg_advisory_unlock(hashtext(${name}))`
  }
  return name
}

/** Loads the tables under another name, so that a template exists whole or not at all. */
async function createTemplate(admin: Sql, name: string, content: string): Promise<void> {
  const draft = `${name}_draft`
  await admin`drop database if exists ${admin(draft)} with (force)`
  await admin`create database ${admin(draft)}`
  const sql = postgres(urlOf(draft), { max: 1, onnotice: () => {} })
  try {
    await sql.unsafe(content).simple()
  } finally {
    await sql.end()
  }
  await connectionsTo(admin, draft)
  await admin`alter database ${admin(draft)} rename to ${admin(name)}`
}

async function connectionsTo(admin: Sql, name: string): Promise<number> {
  for (const until = Date.now() + FAREWELL_MS; ; await sleep(10)) {
    const [row] = await admin`select count(*)::int as open from pg_stat_activity where datname = ${name}`
    if (row?.open === 0 || Date.now() > until) return row?.open
  }
}

async function onServer(work: (admin: Sql) => Promise<unknown>): Promise<void> {
  const admin = postgres(serverUrl(), { max: 1, max_lifetime: null, onnotice: () => {} })
  try {
    await work(admin)
  } finally {
    await admin.end()
  }
}

function urlOf(database: string): string {
  const url = new URL(serverUrl())
  url.pathname = `/${database}`
  return url.href
}

function serverUrl(): string {
  return fromGlobalSetup('TEST_DATABASE_URL')
}

function runId(): string {
  return fromGlobalSetup('TEST_RUN_ID')
}

function fromGlobalSetup(name: string): string {
  const value = process.env[name]
  if (!value) throw new Error(`${name} is not set: run the tests through jest`)
  return value
}
