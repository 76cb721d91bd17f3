import { LiteLLMError } from '../../../errors.ts'
import type { GatewayEvents } from '../../../events.ts'
import { MemoryRateCounters, type RateCount, type RateCounters, type RateStore } from '../rate-counters.ts'

export interface SharedStoreOptions {
  readonly open: () => Promise<RateStore>
  /** When the store fails: count in this process (`true`), or refuse the call. */
  readonly passOnStoreError: boolean
  readonly events: GatewayEvents
}

/**
 * A store that several processes share, which says when it cannot be used: `limits:local`, until `limits:shared`. What is
 * counted in this process meanwhile is not carried over.
 */
export class SharedStore {
  readonly #options: SharedStoreOptions
  #opening: Promise<RateStore> | undefined
  #local = false

  constructor(options: SharedStoreOptions) {
    this.#options = options
    // Begun now, so that the first call finds it open; a failure reaches the caller that counts.
    this.open().catch(() => {})
  }

  /** What the store answers, else what this process knows by itself. */
  async ask<T>(ask: (store: RateStore) => Promise<T>, own: () => Promise<T>): Promise<T> {
    const { events, passOnStoreError } = this.#options
    try {
      const answer = await ask(await this.open())
      if (this.#local) events.tell('limits:shared')
      this.#local = false
      return answer
    } catch (cause) {
      if (!this.#local) events.tell('limits:local', { error: cause })
      this.#local = true
      if (!passOnStoreError) throw new LiteLLMError('limit_store_unavailable', { cause })
      return await own()
    }
  }

  open(): Promise<RateStore> {
    this.#opening ??= this.#options.open()
    return this.#opening
  }

  async close(): Promise<void> {
    const store = await this.#opening?.catch(() => undefined)
    await store?.close()
  }
}

/** Counts in a store that several processes share, and in this one while the store fails. */
export class SharedCounters implements RateCounters {
  readonly #store: SharedStore
  readonly #own = new MemoryRateCounters()

  constructor(store: SharedStore) {
    this.#store = store
  }

  add(counter: string, amount: number, windowMs: number): Promise<RateCount> {
    return this.#store.ask(
      (store) => store.add(counter, amount, windowMs),
      () => this.#own.add(counter, amount, windowMs),
    )
  }
}
