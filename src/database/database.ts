import type { Sql } from 'postgres'
import { ConfigError } from '../errors.ts'
import type { GatewayEvents } from '../events.ts'
import { type ConnectionOptions, connectionSharesOf, type OpenListener, openPool } from './connections.ts'
import { hasTables, NO_TABLES, readSchema, type Schema } from './schema.ts'
import { findBackend, isPooled } from './sql/find-backend.ts'
import { withDeadline } from './with-deadline.ts'
import { watchWriter } from './writer-watch.ts'

/** The pool, what is known of the server's state, and the real schema behind it. */
export interface Database {
  readonly sql: Sql
  /**
   * A pool of its own for the ledger: a write that hangs must not keep keys from being looked up. The same as `sql` where
   * one connection is all that may be opened.
   */
  readonly writer: Sql
  /** Absent where no connection is left to hear of changed keys on. */
  readonly openListener?: OpenListener
  readonly connected: boolean
  /** The tables that the database has; read on first use. `fresh` reads them again, for example after a migration. */
  schema(options?: { readonly fresh?: boolean }): Promise<Schema>
  /** Resolves when the server answers, rejects with its error when it does not. Asks once for all who ask meanwhile. */
  check(): Promise<void>
  /** Rejects with a ConfigError when the server answers and has none of LiteLLM's tables. */
  checkTables(): Promise<void>
  /** Rejects with a ConfigError while the server gives the writer no connection. */
  checkWriter(): Promise<void>
  close(): Promise<void>
}

/** Opens the pools and watches the server in the background. Never rejects: a server that is away is waited for. */
export function openDatabase(options: ConnectionOptions, events: GatewayEvents): Database {
  const shares = connectionSharesOf(options)
  const sql = openPool(options, shares.pool)
  const writer = shares.writer > 0 ? openPool(options, shares.writer) : sql
  const writing = shares.writer > 0 ? watchWriter(writer, events, options.connectTimeoutMs) : undefined
  const server = watchServer(options, events, { sql, writer, onAnswer: () => void writing?.ask() })
  const schema = schemaOf(sql)
  void warmUp(sql, server, Math.min(options.minConns, shares.pool)).catch(() => {})
  return {
    sql,
    writer,
    openListener: shares.listener > 0 ? (hearing) => openPool(options, 1, hearing) : undefined,
    get connected() {
      return server.connected
    },
    schema,
    check: server.check,
    async checkTables() {
      if (!hasTables(await schema())) throw new ConfigError(NO_TABLES)
    },
    async checkWriter() {
      await writing?.check()
    },
    async close() {
      server.stop()
      writing?.stop()
      await Promise.all([sql.end({ timeout: 1 }), writer.end({ timeout: 1 })])
    },
  }
}

/** Opens connections before they are needed. */
async function warmUp(sql: Sql, server: ServerWatch, connections: number): Promise<void> {
  await server.check()
  await Promise.all(Array.from({ length: connections }, () => sql`select pg_sleep(0.01)`))
}

function schemaOf(sql: Sql): Database['schema'] {
  let schema: Promise<Schema> | undefined

  return function read({ fresh = false } = {}) {
    if (schema && !fresh) return schema
    const reading = readSchema(sql).then((tables) => {
      // Tables may be made at any moment, and must be seen then.
      if (!hasTables(tables) && schema === reading) schema = undefined
      return tables
    }, forget)
    schema = reading
    return reading
  }

  function forget(error: unknown): never {
    schema = undefined
    throw error
  }
}

interface WatchedPools extends Pick<Database, 'sql' | 'writer'> {
  onAnswer(): void
}

interface ServerWatch extends Pick<Database, 'connected' | 'check'> {
  stop(): void
}

/** Asks at intervals, and when spend could not be written, whether the server answers, and tells when that changes. */
function watchServer(
  { healthCheckIntervalMs, connectTimeoutMs }: ConnectionOptions,
  events: GatewayEvents,
  { sql, writer, onAnswer }: WatchedPools,
): ServerWatch {
  let connected: boolean | undefined
  let checking: Promise<void> | undefined
  const checkAgain = () => void check().catch(() => {})
  const timer = setInterval(checkAgain, healthCheckIntervalMs).unref()
  events.on('spend:retry', checkAgain)

  return {
    get connected() {
      return connected === true
    },
    check,
    stop() {
      clearInterval(timer)
      events.off('spend:retry', checkAgain)
    },
  }

  function check(): Promise<void> {
    checking ??= ask().finally(() => {
      checking = undefined
    })
    return checking
  }

  async function ask(): Promise<void> {
    try {
      const pooled = isPooled(await withDeadline(findBackend(sql), connectTimeoutMs))
      // In which mode cannot be seen; unprepared statements are right in all.
      if (pooled) for (const pool of [sql, writer]) pool.options.prepare = false
      tell(true)
      onAnswer()
    } catch (error) {
      tell(false, error)
      throw error
    }
  }

  function tell(now: boolean, error?: unknown): void {
    if (now === connected) return
    connected = now
    if (now) events.tell('database:up')
    else events.tell('database:down', { error })
  }
}
