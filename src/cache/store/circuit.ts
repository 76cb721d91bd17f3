import type { GatewayEvents } from '../../events.ts'
import { withTimeout } from '../../lib/with-timeout.ts'
import type { ManagedStore } from './cache-store.ts'

export interface CircuitOptions {
  readonly store: ManagedStore
  /** The longest that a call ever waits for the store. */
  readonly waitMs: number
  /** How long the store is left alone before it is asked again. */
  readonly openMs: number
  readonly events: GatewayEvents
}

/** Nothing is stored under it. */
const PROBE = 'express-litellm:probe'

const LATE = Symbol('late')

/**
 * A store that may be away, frozen or slow without any call noticing for longer than `waitMs`. After the first failure it is
 * not asked any more: everything is a miss, and nothing is kept. Meanwhile it is asked in the background, until it
 * answers. Told as `cache:away` and `cache:back`.
 */
export class Circuit {
  readonly #options: CircuitOptions
  #probe: NodeJS.Timeout | undefined
  #isUnwritten = false
  #isClosed = false

  constructor(options: CircuitOptions) {
    this.#options = options
  }

  /** The store is not asked now. */
  get isAway(): boolean {
    return this.#probe !== undefined
  }

  /** `undefined` where the store does not say. Never rejects. */
  async ask<T>(ask: (store: ManagedStore) => Promise<T>): Promise<T | undefined> {
    if (this.isAway || this.#isClosed) return undefined
    try {
      return await this.#inTime(ask)
    } catch (error) {
      this.#open(error)
      return undefined
    }
  }

  /** A value that the store refuses is lost, and told until one is taken: what is stored can still be read. Never rejects. */
  async keep(write: (store: ManagedStore) => Promise<void>): Promise<boolean> {
    if (this.isAway || this.#isClosed) return false
    try {
      await this.#inTime(write)
      this.#isUnwritten = false
      return true
    } catch (error) {
      if (!this.#isUnwritten) this.#options.events.tell('cache:unwritten', { error })
      this.#isUnwritten = true
      return false
    }
  }

  async close(): Promise<void> {
    this.#isClosed = true
    clearTimeout(this.#probe)
    this.#probe = undefined
    await this.#options.store.close?.()
  }

  async #inTime<T>(ask: (store: ManagedStore) => Promise<T>): Promise<T> {
    const { store, waitMs } = this.#options
    const asked = ask(store)
    // It may reject when nobody listens any more.
    asked.catch(() => {})
    const answer = await withTimeout(waitMs, asked, () => LATE)
    if (answer === LATE) throw new Error(`The store of the response cache has not answered within ${waitMs} ms`)
    return answer as T
  }

  #open(error: unknown): void {
    // Several calls may have waited for it.
    if (this.isAway || this.#isClosed) return
    this.#options.events.tell('cache:away', { error })
    this.#probeLater()
  }

  #probeLater(): void {
    this.#probe = setTimeout(() => void this.#probeNow(), this.#options.openMs).unref()
  }

  async #probeNow(): Promise<void> {
    try {
      await this.#inTime(async (store) => void (store.ping ? await store.ping() : await store.get(PROBE)))
    } catch {
      if (!this.#isClosed) this.#probeLater()
      return
    }
    if (this.#isClosed) return
    this.#probe = undefined
    this.#options.events.tell('cache:back')
  }
}
