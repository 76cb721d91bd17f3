export interface RateCount {
  /** After the addition. */
  readonly count: number
  /** When the window of this counter ends, in milliseconds from now. */
  readonly resetsInMs: number
}

/** Where calls are counted: in memory, or in a store that several processes share. */
export interface RateCounters {
  /** Adds to a counter in one step. Its window opens with the first addition and does not move. */
  add(counter: string, amount: number, windowMs: number): Promise<RateCount>
}

/** Counters beyond which those whose window is over are cleared away, and then at each doubling. */
const SWEEP_ABOVE = 10_000

/**
 * Counts for one process. Needs no timer: what is over is cleared away by what comes. The memory of
 * rate-limiter-flexible, which counts where processes share, sets a timer for every counter, ends windows by the wall
 * clock, which can be put back, and only after whole seconds; and limits would need a package that is optional here.
 */
export class MemoryRateCounters implements RateCounters {
  readonly #clock: () => number
  readonly #counters = new Map<string, { count: number; endsAt: number }>()
  #sweepAbove = SWEEP_ABOVE

  constructor(clock: () => number = () => performance.now()) {
    this.#clock = clock
  }

  async add(counter: string, amount: number, windowMs: number): Promise<RateCount> {
    const now = this.#clock()
    let entry = this.#counters.get(counter)
    if (!entry || entry.endsAt <= now) {
      entry = { count: 0, endsAt: now + windowMs }
      this.#counters.set(counter, entry)
      if (this.#counters.size > this.#sweepAbove) this.#sweep(now)
    }
    entry.count += amount
    return { count: entry.count, resetsInMs: entry.endsAt - now }
  }

  /** Counters remembered. */
  get size(): number {
    return this.#counters.size
  }

  #sweep(now: number): void {
    for (const [counter, { endsAt }] of this.#counters) if (endsAt <= now) this.#counters.delete(counter)
    this.#sweepAbove = Math.max(SWEEP_ABOVE, 2 * this.#counters.size)
  }
}

/** A running call among those of a counter. */
export interface Place {
  readonly counter: string
  readonly callId: string
}

/** A store that several processes count in. Everything rejects while it cannot be reached. */
export interface RateStore extends RateCounters {
  /** Like `ParallelPlaces.enter`, in one step for all processes. The place is free again after `ttlMs`. */
  enter(place: Place, limit: number, ttlMs: number): Promise<number>
  /** These calls go on: their places are theirs for another `ttlMs`. */
  renew(places: readonly Place[], ttlMs: number): Promise<void>
  leave(places: readonly Place[]): Promise<void>
  close(): Promise<void>
}

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
