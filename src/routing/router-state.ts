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
  /** Sets a mark for so long; a mark that is already set is set anew. */
  mark(key: string, ttlMs: number): void
  /** How long the mark still stands, in milliseconds. 0: it is not set. */
  markedMs(key: string): number
}
