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
  const watch = shares.writer > 0 ? watchWriter(writer, events, options.connectTimeoutMs) : undefined
  let connected = false
  let known = false
  let schema: Promise<Schema> | undefined
  let checking: Promise<void> | undefined

  const timer = setInterval(() => void check().catch(() => {}), options.healthCheckIntervalMs).unref()
  void warmUp().catch(() => {})
  const checkAgain = () => void check().catch(() => {})
  events.on('spend:retry', checkAgain)

  return {
    sql,
    writer,
    openListener: shares.listener > 0 ? (hearing) => openPool(options, 1, hearing) : undefined,
    get connected() {
      return connected
    },
    schema: schemaOf,
    check,
    async checkTables() {
      if (!hasTables(await schemaOf())) throw new ConfigError(NO_TABLES)
    },
    async checkWriter() {
      await watch?.check()
    },
    async close() {
      clearInterval(timer)
      watch?.stop()
      events.off('spend:retry', checkAgain)
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
      void watch?.ask()
    } catch (error) {
      tell(false, error)
      throw error
    }
  }

  async function warmUp(): Promise<void> {
    await check()
    const connections = Math.min(options.minConns, shares.pool)
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
