interface Entry {
  count: number
  samples: readonly number[]
  endsAt: number
}

/** A state whose entries somebody may replace who knows better. */
export interface MemoryState extends RouterState {
  put(
    key: string,
    entry: { readonly count?: number; readonly samples?: readonly number[]; readonly endsInMs: number },
  ): void
  remove(key: string): void
}

/** Reached only by a leak of keys; when it is, the entries that end first go. */
const MAX_ENTRIES = 50_000

/** The state of one process. `now` is the clock, in milliseconds since the epoch. */
export function createMemoryState(now: () => number = Date.now): MemoryState {
  const entries = new Map<string, Entry>()
  const log = createLog()

  return {
    changes: log.since,
    add(key, amount, ttlMs) {
      log.note(key)
      const entry = live(key) ?? begin(key, ttlMs)
      entry.count += amount
      return entry.count
    },
    count: (key) => live(key)?.count ?? 0,
    push(key, sample, keep, ttlMs) {
      log.note(key)
      const entry = live(key) ?? begin(key, ttlMs)
      entry.samples = [...entry.samples, sample].slice(-keep)
      entry.endsAt = now() + ttlMs
    },
    samples: (key) => live(key)?.samples ?? [],
    mark(key, ttlMs) {
      begin(key, ttlMs)
    },
    markedMs(key) {
      const entry = live(key)
      return entry ? entry.endsAt - now() : 0
    },
    put(key, { count = 0, samples = [], endsInMs }) {
      log.note(key)
      Object.assign(begin(key, endsInMs), { count, samples })
    },
    remove(key) {
      log.note(key)
      entries.delete(key)
    },
  }

  function live(key: string): Entry | undefined {
    const entry = entries.get(key)
    if (!entry || entry.endsAt > now()) return entry
    entries.delete(key)
    return undefined
  }

  function begin(key: string, ttlMs: number): Entry {
    const entry: Entry = { count: 0, samples: [], endsAt: now() + ttlMs }
    entries.set(key, entry)
    if (entries.size > MAX_ENTRIES) shrink()
    return entry
  }

  function shrink(): void {
    const byEnd = [...entries].sort(([, a], [, b]) => a.endsAt - b.endsAt)
    for (const [key] of byEnd.slice(0, MAX_ENTRIES / 2)) entries.delete(key)
    log.forget()
  }
}

/** Who has not looked for so many changes looks at all there is. */
const LOGGED = 4_096

/** The keys of the latest changes, in a ring. */
function createLog() {
  const ring: string[] = []
  let count = 0
  return {
    note(key: string): void {
      ring[count % LOGGED] = key
      count += 1
    },
    forget(): void {
      count += LOGGED + 1
    },
    since(seen: number): Changes {
      if (seen < 0 || count - seen > LOGGED) return { until: count, keys: undefined }
      const keys = new Set<string>()
      for (let place = seen; place < count; place++) keys.add(ring[place % LOGGED] ?? '')
      return { until: count, keys: [...keys] }
    },
  }
}

/** What has changed in a state since somebody looked. */
export interface Changes {
  /** Where to look on from. */
  readonly until: number
  /** The keys of counters and samples that were written. `undefined`: not known any more, it may be any. */
  readonly keys: readonly string[] | undefined
}

/**
 * What the router remembers between calls: counters, samples and marks that end by themselves. Reads and writes are
 * immediate, because a choice cannot wait: an implementation that shares its state with other processes keeps a copy here
 * and exchanges the differences in the background.
 */
export interface RouterState {
  /** Adds to a counter and returns its new value. It begins at 0 and ends `ttlMs` after it began. */
  add(key: string, amount: number, ttlMs: number): number
  count(key: string): number
  /** Appends a sample, of which the newest `keep` stay. They end `ttlMs` after the latest one. */
  push(key: string, sample: number, keep: number, ttlMs: number): void
  /** Oldest first. */
  samples(key: string): readonly number[]
  /** Sets a mark for so long; a mark that is already set is set again. */
  mark(key: string, ttlMs: number): void
  /** How long the mark still stands, or the counter or samples under this key, in milliseconds. 0: it is not set. */
  markedMs(key: string): number
  /** What has changed since `seen`, the `until` of an earlier look; -1: of none. Absent: others change it unseen. */
  changes?(seen: number): Changes
}
