import { MemoryRateCounters, type RateCount, type RateCounters } from '../auth/rate-counters.ts'
import type { SharedStore } from './shared-store.ts'

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
