import type { PendingQuery, Row } from 'postgres'
import { withTimeout } from '../lib/with-timeout.ts'
import { whenLost, whenOpen } from './close-watch.ts'

/**
 * The result of `query`, which is cancelled on the server after `timeoutMs`. Rejects then, even if the server is
 * frozen and never answers; whether the statement was carried out is not known.
 */
export async function withDeadline<T extends readonly (Row | undefined)[]>(query: PendingQuery<T>, timeoutMs: number) {
  await whenOpen(query)
  const watched = whenLost(query)
  try {
    return await withTimeout(timeoutMs, watched ? Promise.race([query, watched.lost]) : query, () => {
      cancel(query)
      throw new DeadlineError(timeoutMs)
    })
  } finally {
    watched?.forget()
  }
}

/**
 * `query.cancel()` of postgres.js 3.4 opens a connection and drops the promise of it: when the server is gone, that
 * rejection has no handler and ends the process. What it calls returns the promise. A statement that is cancelled while
 * its connection is being made would leave that connection to nobody: such a one is sent all the same, and not heeded.
 */
function cancel(query: object): void {
  const inside = query as { canceller?: (query: object) => Promise<void>; state?: object | null; cancelled?: unknown }
  inside.canceller?.(query).catch(() => {})
  if (!inside.state) inside.cancelled = null
}

class DeadlineError extends Error {
  override readonly name = 'DeadlineError'
  readonly code = 'QUERY_TIMEOUT'

  constructor(timeoutMs: number) {
    super(`The database has not answered within ${timeoutMs} ms`)
  }
}
