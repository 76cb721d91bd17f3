import type { Sql } from 'postgres'
import { KEY_CHANNEL } from '../database/changes.ts'
import type { OpenListener } from '../database/connections.ts'
import { withDeadline } from '../database/with-deadline.ts'
import type { GatewayEvents } from '../events.ts'

export interface ForgettingKeys {
  forget(hashedToken: string): void
  clear(): void
}

export interface KeyNoticesOptions {
  readonly open: OpenListener
  readonly keys: ForgettingKeys
  readonly events: GatewayEvents
  /** A server that takes longer to answer is away. Default 5000. */
  readonly timeoutMs?: number
  /** Pause before it is tried again to listen; each further one is twice as long, up to a minute. Default 1000. */
  readonly retryMs?: number
}

/** Sent to oneself: who does not hear it sits behind a pooler that takes `LISTEN` and gives nothing. */
const ECHO = 'echo:'
const ECHO_MS = 5_000
const MAX_RETRY_MS = 60_000

/**
 * Forgets keys that another process has changed through its management endpoints, on a connection of its own. While
 * nothing can be heard, changes take effect after the cache's `ttlMs`: `keys:deaf` tells that, and it is tried again until
 * `keys:hearing`. What was said meanwhile is not known, so that every key is read again then.
 */
export class KeyNotices {
  readonly #options: Required<KeyNoticesOptions>
  readonly #sql: Sql
  readonly #echo = `${ECHO}${process.pid}:${Math.random()}`
  #timer: NodeJS.Timeout | undefined
  #failures = 0
  #listening = false
  #deaf = false
  #closed = false

  constructor(options: KeyNoticesOptions) {
    this.#options = { timeoutMs: 5_000, retryMs: 1_000, ...options }
    this.#sql = options.open({
      onNotify: (_, payload) => this.#hear(payload),
      onClose: () => this.#listening && this.#lost(new Error('The connection to listen on has closed')),
    })
    void this.#listen()
  }

  async close(): Promise<void> {
    this.#closed = true
    clearTimeout(this.#timer)
    await this.#sql.end({ timeout: 1 })
  }

  async #listen(): Promise<void> {
    const { timeoutMs, keys } = this.#options
    try {
      await withDeadline(this.#sql.unsafe(`listen ${KEY_CHANNEL}`), timeoutMs)
      this.#listening = true
      if (this.#failures > 0) keys.clear()
      this.#after(ECHO_MS, () => this.#tellDeaf({}))
      await withDeadline(this.#sql.unsafe('select pg_notify($1, $2)', [KEY_CHANNEL, this.#echo]), timeoutMs)
    } catch (error) {
      this.#lost(error)
    }
  }

  #lost(error: unknown): void {
    if (this.#closed) return
    this.#listening = false
    this.#tellDeaf({ error })
    const ms = Math.min(this.#options.retryMs * 2 ** this.#failures, MAX_RETRY_MS)
    this.#failures = Math.min(this.#failures + 1, 30)
    this.#after(ms, () => void this.#listen())
  }

  #hear(payload: string): void {
    const { keys } = this.#options
    if (payload === this.#echo) this.#hears()
    else if (payload === '*') keys.clear()
    else if (!payload.startsWith(ECHO)) keys.forget(payload)
  }

  #hears(): void {
    if (this.#listening) clearTimeout(this.#timer)
    this.#failures = 0
    if (this.#deaf) this.#options.events.tell('keys:hearing')
    this.#deaf = false
  }

  #tellDeaf(why: { readonly error?: unknown }): void {
    if (this.#deaf || this.#closed) return
    this.#deaf = true
    this.#options.events.tell('keys:deaf', why)
  }

  /** One thing is waited for at a time. */
  #after(ms: number, act: () => void): void {
    clearTimeout(this.#timer)
    this.#timer = setTimeout(act, ms).unref()
  }
}
