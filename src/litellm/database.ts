import postgres, { type Sql } from 'postgres'
import { ConfigError } from '../errors.ts'
import type { GatewayEvents } from '../events.ts'
import type { PoolOptions } from '../pool-options.ts'
import { hasTables, NO_TABLES, readSchema, type Schema } from './schema.ts'
import { findBackend, isPooled } from './sql/find-backend.ts'
import { withDeadline } from './with-deadline.ts'

export interface DatabaseOptions extends PoolOptions {
  readonly url: string
}

/** The pool, what is known of the server's state, and the real schema behind it. */
export interface Database {
  readonly sql: Sql
  /** A pool of its own for the ledger: a write that hangs must not keep keys from being looked up. */
  readonly writer: Sql
  readonly connected: boolean
  /** The tables that are really there; read on first use. `fresh` reads them anew, after a migration for one. */
  schema(options?: { readonly fresh?: boolean }): Promise<Schema>
  /** Resolves when the server answers, rejects with its error when it does not. Asks once for all who ask meanwhile. */
  check(): Promise<void>
  /** Rejects with a ConfigError when the server answers and has none of LiteLLM's tables. */
  checkTables(): Promise<void>
  close(): Promise<void>
}

/** One write at a time, and one more while a server that hung is given up. */
const WRITER_CONNECTIONS = 2

/** Opens the pools and watches the server in the background. Never rejects: a server that is away is waited for. */
export function openDatabase(options: DatabaseOptions, events: GatewayEvents): Database {
  const sql = connect(options, options.maxConns)
  const writer = connect(options, WRITER_CONNECTIONS)
  let connected = false
  let known = false
  let schema: Promise<Schema> | undefined
  let checking: Promise<void> | undefined

  const timer = setInterval(() => void check().catch(() => {}), options.healthCheckIntervalMs).unref()
  void warmUp().catch(() => {})

  return {
    sql,
    writer,
    get connected() {
      return connected
    },
    schema: schemaOf,
    check,
    async checkTables() {
      if (!hasTables(await schemaOf())) throw new ConfigError(NO_TABLES)
    },
    async close() {
      clearInterval(timer)
      await Promise.all([sql.end({ timeout: 1 }), writer.end({ timeout: 1 })])
    },
  }

  function schemaOf({ fresh = false } = {}): Promise<Schema> {
    if (schema && !fresh) return schema
    const reading = readSchema(sql).then((tables) => {
      // Tables may be made at any moment, and must be seen then.
      if (!hasTables(tables) && schema === reading) schema = undefined
      return tables
    }, forget)
    schema = reading
    return reading
  }

  function check(): Promise<void> {
    checking ??= ask().finally(() => {
      checking = undefined
    })
    return checking
  }

  async function ask(): Promise<void> {
    try {
      const pooled = isPooled(await withDeadline(findBackend(sql), options.connectTimeoutMs))
      // In which mode cannot be seen; unprepared statements are right in all.
      if (pooled) for (const pool of [sql, writer]) pool.options.prepare = false
      tell(true)
    } catch (error) {
      tell(false, error)
      throw error
    }
  }

  /** The pool opens a connection for each statement that finds none idle, and keeps it. */
  async function warmUp(): Promise<void> {
    await check()
    const connections = Math.min(options.minConns, options.maxConns)
    await Promise.all(Array.from({ length: connections }, () => sql`select pg_sleep(0.01)`))
  }

  function tell(now: boolean, error?: unknown) {
    const changed = now !== connected || !known
    known = true
    connected = now
    if (!changed) return
    if (now) events.tell('database:up')
    else events.tell('database:down', { error })
  }

  function forget(error: unknown): never {
    schema = undefined
    throw error
  }
}

// Known to postgres.js, unknown to its types. Statements of a pipeline share the fate of its connection: one lost line
// would fail them all.
const UNTYPED = { max_pipeline: 1 }

function connect(options: DatabaseOptions, max: number): Sql {
  return postgres(options.url, {
    ...UNTYPED,
    max,
    connect_timeout: options.connectTimeoutMs / 1_000,
    prepare: options.prepare,
    // The default waits up to 20 s before it tries a server again that has long come back.
    backoff: () => 0.1,
    idle_timeout: 0,
    onnotice: () => {},
    connection: {
      application_name: 'express-litellm',
      TimeZone: 'UTC',
      ...(options.searchPath && { search_path: options.searchPath }),
    },
  })
}
