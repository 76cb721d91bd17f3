import { LRUCache } from 'lru-cache'
import { isDatabaseError } from './key-lookup.ts'

/** What a look-up found. */
export interface Found<T> {
  readonly value: T
  /** It may not be used longer than this, whatever the cache allows. */
  readonly usableMs?: number
}

/** What is kept in memory, and for how long. */
export interface CacheOptions {
  /** Values kept in memory; as many ids of unknown ones again. */
  readonly max: number
  /** How long a value may be out of date. */
  readonly ttlMs: number
  /** How long something unknown stays unknown. Never longer than `ttlMs`. Default 5000. */
  readonly negativeTtlMs?: number
  /** How much longer a value may be used when the database cannot be asked. Default 60000. */
  readonly staleIfErrorMs?: number
  /** A clock that never goes backwards, in milliseconds. Default `performance.now`. */
  readonly clock?: () => number
}

export interface CachedLookupOptions<T> extends CacheOptions {
  /** Asks the database. Ids that are not in the answer do not exist. */
  readonly load: (ids: readonly string[]) => Promise<ReadonlyMap<string, Found<T>>>
  /** What is given out in place of a value that is used while the database cannot be asked. Default: the value. */
  readonly stale?: (value: T) => T
}

interface Entry<T> {
  readonly value: T
  readonly freshUntil: number
  readonly usableUntil: number
}

type Flight<T> = Promise<ReadonlyMap<string, T>>

/** While the database is down, it is asked again this often for values that can go on without it. */
const PROBE_EVERY_MS = 1000

/**
 * Look-ups that are remembered. A warm value costs no SQL, concurrent look-ups of one id share one query, and what is
 * unknown is remembered apart from what is known, so that a flood of it evicts nothing.
 * Rejects with the database's own error when it cannot be asked and a value is not in memory.
 */
export class CachedLookup<T> {
  readonly #options: CachedLookupOptions<T> & Required<CacheOptions>
  readonly #known: LRUCache<string, Entry<T>>
  readonly #unknown: LRUCache<string, number>
  readonly #flights = new Map<string, Flight<T>>()
  #probeAt = Number.NEGATIVE_INFINITY

  constructor(options: CachedLookupOptions<T>) {
    const { negativeTtlMs = 5_000, staleIfErrorMs = 60_000, clock = () => performance.now() } = options
    this.#options = { ...options, negativeTtlMs, staleIfErrorMs, clock }
    this.#known = new LRUCache({ max: options.max })
    this.#unknown = new LRUCache({ max: options.max })
  }

  /** What is in memory, as long as it may be used without asking. */
  peek(id: string): T | undefined {
    const entry = this.#known.get(id)
    return entry && this.#options.clock() < entry.freshUntil ? entry.value : undefined
  }

  async find(id: string): Promise<T | undefined> {
    return this.peek(id) ?? (await this.findMany([id])).get(id)
  }

  /** What exists of these, by id. What is not in memory is asked for in one query. */
  async findMany(ids: readonly string[]): Promise<ReadonlyMap<string, T>> {
    const now = this.#options.clock()
    const found = new Map<string, T>()
    const flights = new Set<Flight<T>>()
    const { stale = asItIs } = this.#options
    const missing: string[] = []
    const wanted = new Set(ids)
    for (const id of wanted) {
      const entry = this.#known.get(id)
      const flight = this.#flights.get(id)
      if (entry && now < entry.freshUntil) found.set(id, entry.value)
      else if (entry && now < entry.usableUntil && now < this.#probeAt) found.set(id, stale(entry.value))
      else if ((this.#unknown.get(id) ?? now) > now) continue
      else if (flight !== undefined) flights.add(flight)
      else missing.push(id)
    }
    if (missing.length > 0) flights.add(this.#takeOff(missing))
    for (const flight of flights) {
      for (const [id, value] of await flight) if (wanted.has(id)) found.set(id, value)
    }
    return found
  }

  /** The next look-up of this id asks the database; so does that of every id whose value is `same`. */
  forget(id: string, same: (value: T) => boolean = () => false): void {
    for (const [known, { value }] of this.#known.entries()) if (same(value)) this.#drop(known)
    this.#drop(id)
  }

  clear(): void {
    this.#known.clear()
    this.#unknown.clear()
    this.#flights.clear()
  }

  #drop(id: string): void {
    this.#known.delete(id)
    this.#unknown.delete(id)
    this.#flights.delete(id)
  }

  #takeOff(ids: readonly string[]): Flight<T> {
    // An id that is forgotten on the way still answers those who wait, but is not remembered.
    const current = (id: string) => this.#flights.get(id) === flight
    const flight = this.#load(ids, current).finally(() => {
      for (const id of ids) if (current(id)) this.#flights.delete(id)
    })
    for (const id of ids) this.#flights.set(id, flight)
    return flight
  }

  async #load(ids: readonly string[], current: (id: string) => boolean): Flight<T> {
    const askedAt = this.#options.clock()
    try {
      const loaded = await this.#options.load(ids)
      this.#probeAt = Number.NEGATIVE_INFINITY
      for (const id of ids) if (current(id)) this.#remember(id, loaded.get(id), askedAt)
      return new Map([...loaded].map(([id, { value }]) => [id, value]))
    } catch (error) {
      if (!isDatabaseError(error)) throw error
      const now = this.#options.clock()
      this.#probeAt = now + PROBE_EVERY_MS
      return new Map(ids.map((id) => [id, this.#stale(id, now, error)]))
    }
  }

  #stale(id: string, now: number, error: unknown): T {
    const entry = this.#known.peek(id)
    const { stale = asItIs } = this.#options
    if (entry && now < entry.usableUntil) return stale(entry.value)
    throw error
  }

  #remember(id: string, found: Found<T> | undefined, askedAt: number): void {
    const { ttlMs, negativeTtlMs, staleIfErrorMs, clock } = this.#options
    if (!found) {
      this.#known.delete(id)
      this.#unknown.set(id, clock() + Math.min(negativeTtlMs, ttlMs))
      return
    }
    const { value, usableMs = Number.POSITIVE_INFINITY } = found
    this.#unknown.delete(id)
    this.#known.set(id, {
      value,
      freshUntil: askedAt + Math.min(ttlMs, usableMs),
      usableUntil: askedAt + Math.min(ttlMs + staleIfErrorMs, usableMs),
    })
  }
}

function asItIs<T>(value: T): T {
  return value
}
