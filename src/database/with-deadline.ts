import type { PendingQuery, Row } from 'postgres'
import { withTimeout } from '../lib/with-timeout.ts'

/**
 * The result of `query`, which is cancelled on the server after `timeoutMs`. Rejects then, even if the server is
 * frozen and never answers; whether the statement was carried out is not known.
 */
export async function withDeadline<T extends readonly (Row | undefined)[]>(query: PendingQuery<T>, timeoutMs: number) {
  return await withTimeout(timeoutMs, query, () => {
    cancel(query)
    throw new DeadlineError(timeoutMs)
  })
}

/**
 * `query.cancel()` of postgres.js 3.4 opens a connection and drops the promise of it: when the server is gone, that
 * rejection has no handler and ends the process. What it calls returns the promise.
 */
function cancel(query: object): void {
  const { canceller } = query as { canceller?: (query: object) => Promise<void> }
  canceller?.(query).catch(() => {})
}

class DeadlineError extends Error {
  override readonly name = 'DeadlineError'
  readonly code = 'QUERY_TIMEOUT'

  constructor(timeoutMs: number) {
    super(`The database has not answered within ${timeoutMs} ms`)
  }
}
