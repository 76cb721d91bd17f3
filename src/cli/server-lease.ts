import postgres from 'postgres'
import { LOCKS } from '../litellm/sql/advisory-locks.ts'

/** One process's use of a local server. */
export interface ServerLease {
  /** Runs statements on the lease's own connection. */
  readonly sql: postgres.Sql
  /** Gives the use up. `true`: nobody else uses the server, and nobody can begin to until `end`. */
  release(): Promise<boolean>
  end(): Promise<void>
}

/** The server went away between being found and being used: shutting down, starting, refused, cut. */
const GOING = new Set(['57P01', '57P02', '57P03', 'ECONNREFUSED', 'ECONNRESET', 'CONNECTION_CLOSED', 'EPIPE'])

/**
 * Begins to use the server at `url`; `undefined` when it is going away. Users hold one advisory lock, shared, over a
 * connection that they keep: so the server knows who is left, also after a process was killed.
 */
export async function leaseServer(url: string): Promise<ServerLease | undefined> {
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
