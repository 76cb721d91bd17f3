interface Entry {
  /** Milliseconds since the epoch. */
  readonly at: number
  /** Everything that was written by then. */
  total: number
}

/**
 * What was written of one counter, and when. Asked about with every call, while each flush adds an entry: so it keeps running
 * totals, and what was written since some time is a difference of two, however many entries lie between.
 */
export class WrittenSpend {
  readonly #entries: Entry[] = []
  /** The total before the first entry. */
  #forgotten = 0

  /** `at` is never less than before. */
  add(cost: number, at: number): void {
    const last = this.#entries.at(-1)
    if (last?.at === at) last.total += cost
    else this.#entries.push({ at, total: (last?.total ?? this.#forgotten) + cost })
  }

  /** What was written at `time` or later. */
  since(time: number): number {
    const last = this.#entries.at(-1)
    if (!last || last.at < time) return 0
    return last.total - this.#totalBefore(this.#firstSince(time))
  }

  /** What was written before `time` is asked about no more. */
  forget(time: number): void {
    const first = this.#firstSince(time)
    this.#forgotten = this.#totalBefore(first)
    this.#entries.splice(0, first)
  }

  get empty(): boolean {
    return this.#entries.length === 0
  }

  #totalBefore(index: number): number {
    return index > 0 ? this.#entries[index - 1]!.total : this.#forgotten
  }

  /** The index of the first entry at `time` or later, found by halves. */
  #firstSince(time: number): number {
    let [low, high] = [0, this.#entries.length]
    while (low < high) {
      const middle = (low + high) >> 1
      if (this.#entries[middle]!.at < time) low = middle + 1
      else high = middle
    }
    return low
  }
}
