import type { StoredAnswer } from './stored/entry.ts'

/** What became of a call that others wait for. */
export type Landing =
  /** Its answer, for all of them. */
  | { readonly kind: 'answered'; readonly answer: StoredAnswer }
  /** Its stream has been told to its end, and cannot be stored. */
  | { readonly kind: 'told' }
  /** It has none: one of them makes the call now. `alone`: each of them does. */
  | { readonly kind: 'failed'; readonly alone: boolean }

/** A call that waits for the answer of an equal one. */
export interface Follower {
  /** Whether it can be told the stream of the other as that comes. */
  readonly takesStream: boolean
  /** The stream begins. */
  begin(): void
  /** More of it. */
  write(bytes: Buffer): void
}

/** So many equal calls may fail one after the other; then the others do not wait any longer. */
const MOST_FAILURES = 2

/**
 * A call under way, with the equal calls that wait for its answer. The first is the leader: it looks the answer up, and
 * makes the call if there is none. When it fails, the next one leads.
 */
export class Flight {
  /** A stored answer that is out of date, for all but the leader, which renews it. */
  stale: StoredAnswer | undefined
  readonly #failures: number
  readonly #land: (landing: Landing) => void
  readonly #landing: Promise<Landing>
  readonly #followers = new Set<Follower>()
  readonly #told = new Set<Follower>()
  readonly #pieces: Buffer[] = []
  #isStream = false

  readonly #remove: (flight: Flight) => void

  constructor(failures: number, remove: (flight: Flight) => void) {
    const { promise, resolve } = Promise.withResolvers<Landing>()
    this.#failures = failures
    this.#remove = remove
    this.#landing = promise
    this.#land = resolve
  }

  get hasFollowers(): boolean {
    return this.#followers.size > 0
  }

  /** How many equal calls have failed, with this one. */
  get failuresWithThis(): number {
    return this.#failures + 1
  }

  /** Waits for the answer. A stream that has begun is told from its beginning. */
  async join(follower: Follower): Promise<Landing> {
    this.#followers.add(follower)
    if (this.#isStream) this.#tellFromBeginning(follower)
    const landing = await this.#landing
    this.#followers.delete(follower)
    return landing
  }

  /** The follower's client has left. */
  leave(follower: Follower): void {
    this.#followers.delete(follower)
    this.#told.delete(follower)
  }

  /** More of the leader's stream. */
  stream(bytes: Buffer): void {
    this.#pieces.push(bytes)
    if (!this.#isStream) {
      this.#isStream = true
      for (const follower of this.#followers) this.#tellFromBeginning(follower)
      return
    }
    for (const follower of this.#told) follower.write(bytes)
  }

  /** Calls that come until it ends are given the answer too. */
  answered(answer: StoredAnswer): void {
    this.#land({ kind: 'answered', answer })
  }

  /** The answer is stored, or will not be. */
  end(): void {
    this.#remove(this)
  }

  told(): void {
    this.#remove(this)
    this.#land({ kind: 'told' })
  }

  failed(): void {
    this.#remove(this)
    this.#land({ kind: 'failed', alone: this.failuresWithThis >= MOST_FAILURES })
  }

  #tellFromBeginning(follower: Follower): void {
    if (!follower.takesStream) return
    this.#told.add(follower)
    follower.begin()
    for (const piece of this.#pieces) follower.write(piece)
  }
}

/** The calls of one process that others may wait for, by what makes them equal. */
export class Flights {
  readonly #flights = new Map<string, Flight>()

  /** The flight of equal calls; `undefined`: there is none, and the caller may lead one. */
  find(name: string): Flight | undefined {
    return this.#flights.get(name)
  }

  lead(name: string, failures: number): Flight {
    const flight = new Flight(failures, (ended) => {
      if (this.#flights.get(name) === ended) this.#flights.delete(name)
    })
    this.#flights.set(name, flight)
    return flight
  }
}
