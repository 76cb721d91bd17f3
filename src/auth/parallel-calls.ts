/** Which calls are running, by what limits them. A call that is never said to end gives up its place in time. */
export class ParallelCalls {
  readonly #ttlMs: number
  readonly #places = new Map<string, Map<string, number>>()
  readonly #counters = new Map<string, Set<string>>()

  constructor(ttlMs: number) {
    this.#ttlMs = ttlMs
  }

  /** Takes a place if one of `limit` is free. Tells how many would be taken: more than `limit` means refused. */
  enter(counter: string, callId: string, limit: number, now: number): number {
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
