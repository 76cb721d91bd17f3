import type { Sql } from 'postgres'
import type { Schema } from '../database/schema.ts'
import { codeOf, GONE, SQLSTATE } from '../database/sqlstates.ts'
import { withTimeout } from '../lib/with-timeout.ts'

/** The tables this database has; `fresh` reads them again. A function without parameters will do. */
export type SchemaSource = (options?: { readonly fresh?: boolean }) => Promise<Schema>

/** The database that is asked. */
export interface LookupOptions {
  readonly sql: Sql
  /** The tables this database has. Asked for a fresh answer when a table or column turns out to be gone. */
  readonly schema: SchemaSource
  /** A look-up that takes longer counts as "the database cannot be asked". Default 5000. */
  readonly timeoutMs?: number
}

const DEFAULT_TIMEOUT_MS = 5_000

/** A look-up got no answer in time. */
export class LookupTimeout extends Error {
  override readonly name = 'LookupTimeout'
  readonly code = 'LOOKUP_TIMEOUT'
}

type Lookup<T> = (schema: Schema, options: { prepare?: boolean; signal: AbortSignal }) => Promise<T>

/** What postgres.js says when it has no server to ask. */
const CONNECTION_CODES = new Set([
  ...['ECONNREFUSED', 'ECONNRESET', 'EPIPE', 'ETIMEDOUT', 'EHOSTUNREACH', 'ENETUNREACH', 'ENOTFOUND', 'EAI_AGAIN'],
  ...['CONNECTION_CLOSED', 'CONNECT_TIMEOUT', 'CONNECTION_DESTROYED', 'CONNECTION_ENDED', 'LOOKUP_TIMEOUT', 'ENOENT'],
])

/** Runs a look-up that follows LiteLLM's migrations, at most once again, and not for ever. */
export async function withSchema<T>(
  { schema, timeoutMs = DEFAULT_TIMEOUT_MS }: Pick<LookupOptions, 'schema' | 'timeoutMs'>,
  lookup: Lookup<T>,
): Promise<T> {
  const stop = new AbortController()
  // postgres.js knows no query timeout: on a frozen server an open connection waits for ever.
  return await withTimeout(timeoutMs, follow(schema, lookup, stop.signal), () => {
    stop.abort()
    throw new LookupTimeout(`no answer within ${timeoutMs} ms`)
  })
}

async function follow<T>(schema: SchemaSource, lookup: Lookup<T>, signal: AbortSignal): Promise<T> {
  const tables = await schema()
  try {
    return await lookup(tables, { signal })
  } catch (error) {
    const code = codeOf(error)
    // The result type of a prepared statement changed under it: once more, unprepared.
    if (code === SQLSTATE.changedResult) return await lookup(tables, { prepare: false, signal })
    // LiteLLM has migrated: once more, with the tables as they are now.
    if (GONE.has(code)) return await lookup(await schema({ fresh: true }), { signal })
    throw error
  }
}

/** Whether the database, and not this program, is why there is no answer. */
export function isDatabaseError(error: unknown): boolean {
  return (error instanceof Error && error.name === 'PostgresError') || CONNECTION_CODES.has(codeOf(error))
}
