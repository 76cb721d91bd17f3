/** Where running calls take their places among those that a limit allows. */
export interface ParallelPlaces {
  /** Takes a place if one of `limit` is free. Tells how many would be taken: more than `limit` means refused. */
  enter(counter: string, callId: string, limit: number): Promise<number>
  /** Gives back every place of this call. A place that cannot be given back now is free in time. */
  leave(callId: string): void
}

export interface ParallelCallsOptions {
  /** How long a call may hold a place without ending. Default one hour. */
  readonly ttlMs?: number
  readonly clock?: () => number
}

/** The places of one process. A call that is never said to end gives up its place in time. */
export class ParallelCalls implements ParallelPlaces {
  readonly #ttlMs: number
  readonly #clock: () => number
  readonly #places = new Map<string, Map<string, number>>()
  readonly #counters = new Map<string, Set<string>>()

  constructor({ ttlMs = 3_600_000, clock = () => performance.now() }: ParallelCallsOptions = {}) {
    this.#ttlMs = ttlMs
    this.#clock = clock
  }

  async enter(counter: string, callId: string, limit: number): Promise<number> {
    const now = this.#clock()
    const calls = this.#places.get(counter) ?? new Map<string, number>()
    this.#expire(calls, counter, now)
    const used = calls.size + (calls.has(callId) ? 0 : 1)
    if (used > limit) return used
    calls.set(callId, now + this.#ttlMs)
    this.#places.set(counter, calls)
    this.#counters.set(callId, (this.#counters.get(callId) ?? new Set()).add(counter))
    return used
  }

  leave(callId: string): void {
    for (const counter of this.#counters.get(callId) ?? []) this.#free(counter, callId)
    this.#counters.delete(callId)
  }

  /** Calls that hold a place. */
  get size(): number {
    return this.#counters.size
  }

  /** The oldest come first. */
  #expire(calls: Map<string, number>, counter: string, now: number): void {
    for (const [callId, expiresAt] of calls) {
      if (expiresAt > now) return
      calls.delete(callId)
      const counters = this.#counters.get(callId)
      counters?.delete(counter)
      if (counters?.size === 0) this.#counters.delete(callId)
    }
  }

  #free(counter: string, callId: string): void {
    const calls = this.#places.get(counter)
    calls?.delete(callId)
    if (calls?.size === 0) this.#places.delete(counter)
  }
}
