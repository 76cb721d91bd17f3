import type { RateCounters } from './rate-counters.ts'

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
