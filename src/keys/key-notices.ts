import type { Sql } from 'postgres'
import type { GatewayEvents } from '../events.ts'

/** The channel on which a change of a key is told to other processes: the hashed token, or `*` for all of them. */
export const KEY_CHANNEL = 'express_litellm_keys'

export interface ForgettingKeys {
  forget(hashedToken: string): void
  clear(): void
}

/** Sent to oneself: who does not hear it sits behind a pooler that takes `LISTEN` and gives nothing. */
const ECHO = 'echo:'
const ECHO_MS = 5_000

/**
 * Forgets keys that another process has changed through its management endpoints, on a connection of its own. Where
 * nothing can be heard, changes take effect after the cache's `ttlMs`, and `keys:deaf` says so.
 */
export async function listenForKeys(
  sql: Sql,
  keys: ForgettingKeys,
  events: GatewayEvents,
): Promise<() => Promise<void>> {
  const echo = `${ECHO}${process.pid}:${Math.random()}`
  const deaf = setTimeout(() => events.tell('keys:deaf', {}), ECHO_MS).unref()
  const listening = await sql.listen(KEY_CHANNEL, hear)
  await sql.notify(KEY_CHANNEL, echo)
  return async () => {
    clearTimeout(deaf)
    await listening.unlisten()
  }

  function hear(payload: string) {
    if (payload === echo) clearTimeout(deaf)
    else if (payload === '*') keys.clear()
    else if (!payload.startsWith(ECHO)) keys.forget(payload)
  }
}
