import type { Sql } from 'postgres'
import { ConfigError } from '../errors.ts'
import type { GatewayEvents } from '../events.ts'
import { withDeadline } from './with-deadline.ts'

export interface WriterWatch {
  /** Asks whether the writer has a connection, and tells when that has changed. Never rejects. */
  ask(): Promise<void>
  /** Rejects with a ConfigError while the server gives the writer no connection. One that had none is asked for again. */
  check(): Promise<void>
  /** From now on nothing is asked or told: the connections are being closed. */
  stop(): void
}

const REFUSED =
  'The database gives no connection to write spend logs on: raise `max_connections` of the server, or lower `max_conns` of its clients'

/**
 * Watches the connection that spend logs are written on. The pool's may be open since long when the server refuses
 * another one, and the first write is too late to learn it.
 */
export function watchWriter(writer: Sql, events: GatewayEvents, timeoutMs: number): WriterWatch {
  let failure: { readonly error: unknown } | undefined
  let seen = false
  let stopped = false
  let asking: Promise<void> | undefined

  return {
    ask,
    async check() {
      if (!seen || failure) await ask()
      if (failure) throw new ConfigError(`${REFUSED}: ${messageOf(failure.error)}.`, { cause: failure.error })
    },
    stop() {
      stopped = true
    },
  }

  // A question without an answer says nothing: behind a long write it waits, and postgres.js may lose it with its
  // connection. It is asked again.
  function ask(): Promise<void> {
    if (stopped) return Promise.resolve()
    asking ??= askOnce().finally(() => {
      asking = undefined
    })
    return asking
  }

  async function askOnce(): Promise<void> {
    try {
      await withDeadline(writer.unsafe('select 1'), timeoutMs)
      tell(undefined)
    } catch (error) {
      if (!isUnanswered(error)) tell({ error })
    }
  }

  function tell(now: typeof failure): void {
    if (stopped) return
    const before = failure
    failure = now
    seen = true
    if (now && !before) events.tell('writer:down', { error: now.error })
    else if (before && !now) events.tell('writer:up')
  }
}

function isUnanswered(error: unknown): boolean {
  return (error as { code?: unknown }).code === 'QUERY_TIMEOUT'
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error)
}
