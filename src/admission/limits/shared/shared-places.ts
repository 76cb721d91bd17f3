import { ParallelCalls, type ParallelPlaces } from '../parallel-calls.ts'
import type { Place } from '../rate-counters.ts'
import type { SharedStore } from './shared-store.ts'

export interface SharedPlacesOptions {
  readonly store: SharedStore
  /** How long a place outlives its process. Default 30000; renewed at a third of it. */
  readonly ttlMs?: number
}

interface Held {
  readonly counters: Set<string>
  readonly since: number
}

/** A call that never ends gives up its places after this. */
const MAX_AGE_MS = 3_600_000

/**
 * Places among the calls of all processes that share a store, and among those of this one while the store fails. The
 * places of running calls are renewed, so that those of a process that was killed are soon free.
 */
export class SharedPlaces implements ParallelPlaces {
  readonly #store: SharedStore
  readonly #ttlMs: number
  readonly #own = new ParallelCalls()
  readonly #held = new Map<string, Held>()
  readonly #timer: NodeJS.Timeout

  constructor({ store, ttlMs = 30_000 }: SharedPlacesOptions) {
    this.#store = store
    this.#ttlMs = ttlMs
    this.#timer = setInterval(() => this.#renew(), ttlMs / 3).unref()
  }

  enter(counter: string, callId: string, limit: number): Promise<number> {
    return this.#store.ask(
      async (store) => {
        const used = await store.enter({ counter, callId }, limit, this.#ttlMs)
        if (used <= limit) this.#hold(counter, callId)
        return used
      },
      () => this.#own.enter(counter, callId, limit),
    )
  }

  leave(callId: string): void {
    this.#own.leave(callId)
    const held = this.#held.get(callId)
    if (!held) return
    this.#held.delete(callId)
    this.#tell((store) => store.leave(placesOf(callId, held)))
  }

  close(): void {
    clearInterval(this.#timer)
  }

  #hold(counter: string, callId: string): void {
    const held = this.#held.get(callId) ?? { counters: new Set(), since: performance.now() }
    held.counters.add(counter)
    this.#held.set(callId, held)
  }

  #renew(): void {
    const now = performance.now()
    for (const [callId, { since }] of this.#held) if (since + MAX_AGE_MS < now) this.#held.delete(callId)
    const places = [...this.#held].flatMap(([callId, held]) => placesOf(callId, held))
    if (places.length > 0) this.#tell((store) => store.renew(places, this.#ttlMs))
  }

  /** What does not arrive runs out, or is said again. */
  #tell(tell: (store: Awaited<ReturnType<SharedStore['open']>>) => Promise<void>): void {
    this.#store
      .open()
      .then(tell)
      .catch(() => {})
  }
}

function placesOf(callId: string, { counters }: Held): readonly Place[] {
  return [...counters].map((counter) => ({ counter, callId }))
}
