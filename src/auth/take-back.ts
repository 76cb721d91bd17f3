import type { RateCounters } from './rate-counters.ts'

/** What was added to a counter, in the window that ends then. */
export interface Taken {
  readonly counter: string
  readonly amount: number
  readonly windowMs: number
  /** Milliseconds since the epoch. */
  readonly endsAt: number
}

/** Takes off the counters what was added to them. A window that has ended meanwhile is left alone: it begins at nothing. */
export async function takeBack(counters: RateCounters, taken: readonly Taken[], clock: () => Date): Promise<void> {
  for (const { counter, amount, windowMs, endsAt } of taken) {
    if (clock().getTime() < endsAt) await counters.add(counter, -amount, windowMs)
  }
}
