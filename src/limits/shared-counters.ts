import { MemoryRateCounters, type RateCount, type RateCounters } from '../auth/rate-counters.ts'
import { LiteLLMError } from '../errors.ts'
import type { GatewayEvents } from '../events.ts'
import type { OpenCounters } from './redis-counters.ts'

export interface SharedCountersOptions {
  readonly open: () => Promise<OpenCounters>
  /** When the store fails: count in this process (`true`), or refuse the call. */
  readonly passOnStoreError: boolean
  readonly events: GatewayEvents
}

/**
 * Counts in a store that several processes share, and says when it cannot: `limits:local`, until `limits:shared`. What is
 * counted here meanwhile is not carried over.
 */
export class SharedCounters implements RateCounters {
  readonly #options: SharedCountersOptions
  readonly #own = new MemoryRateCounters()
  #opening: Promise<OpenCounters> | undefined
  #local = false

  constructor(options: SharedCountersOptions) {
    this.#options = options
    // Begun now, so that the first call finds it open; what goes wrong is told to whoever counts.
    this.#store().catch(() => {})
  }

  async add(counter: string, amount: number, windowMs: number): Promise<RateCount> {
    const { events, passOnStoreError } = this.#options
    try {
      const store = await this.#store()
      const count = await store.add(counter, amount, windowMs)
      if (this.#local) events.tell('limits:shared')
      this.#local = false
      return count
    } catch (cause) {
      if (!this.#local) events.tell('limits:local', { error: cause })
      this.#local = true
      if (!passOnStoreError) throw new LiteLLMError('limit_store_unavailable', { cause })
      return await this.#own.add(counter, amount, windowMs)
    }
  }

  async close(): Promise<void> {
    const store = await this.#opening?.catch(() => undefined)
    await store?.close()
  }

  #store(): Promise<OpenCounters> {
    this.#opening ??= this.#options.open()
    return this.#opening
  }
}
