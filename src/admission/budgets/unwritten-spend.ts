import { countLeading } from '../../lib/lists.ts'
import { oldestBeyond } from '../../lib/memoize.ts'

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
    return this.#entries[index - 1]?.total ?? this.#forgotten
  }

  /** The index of the first entry at `time` or later. */
  #firstSince(time: number): number {
    return countLeading(this.#entries, ({ at }) => at < time)
  }
}

/** What one finished call cost, and where it is counted. */
interface Charge {
  readonly counters: readonly string[]
  readonly cost: number
}

interface Tally {
  /** Not known to be in the database. */
  open: number
  openCharges: number
  /** Known to be in the database; a row that was read before may not have it. */
  readonly written: WrittenSpend
}

export interface UnwrittenSpendOptions {
  /** No row in any cache is older than this. */
  readonly rowsLiveMs: number
  /** Finished calls remembered until they are written; beyond it the oldest count as written. */
  readonly maxCharges: number
}

/**
 * Spend of this process that a row read from the database may not have yet. A charge counts for a row unless it was
 * known to be written before the reading of the row began. So nothing is ever missed; while a flush and a read overlap,
 * a charge may count twice for that row, until the row is read again.
 */
export class UnwrittenSpend {
  readonly #options: UnwrittenSpendOptions
  readonly #charges = new Map<string, Charge>()
  readonly #tallies = new Map<string, Tally>()
  #sweepAt = Number.NEGATIVE_INFINITY

  constructor(options: UnwrittenSpendOptions) {
    this.#options = options
  }

  /** A call has ended. Naming it again changes nothing. */
  charge(callId: string, counters: readonly string[], cost: number, now: Date): void {
    if (!(cost > 0) || this.#charges.has(callId)) return
    this.#charges.set(callId, { counters, cost })
    for (const counter of counters) {
      const tally = this.#tallies.get(counter) ?? this.#begin(counter)
      tally.open += cost
      tally.openCharges++
    }
    const oldest = oldestBeyond(this.#charges, this.#options.maxCharges)
    if (oldest.length > 0) this.written(oldest, now)
  }

  /** These calls are in the database now. Unknown ones do not matter. */
  written(callIds: Iterable<string>, now: Date): void {
    const at = now.getTime()
    for (const callId of callIds) {
      const charge = this.#charges.get(callId)
      if (!charge) continue
      this.#charges.delete(callId)
      for (const counter of charge.counters) this.#move(counter, charge.cost, at)
    }
    if (at >= this.#sweepAt) this.#sweep(at)
  }

  /** What to add to the spend of a row whose reading began at `readAt`. Without it: all that is remembered. */
  of(counter: string, readAt?: Date): number {
    const tally = this.#tallies.get(counter)
    if (!tally) return 0
    return tally.open + tally.written.since(readAt?.getTime() ?? Number.NEGATIVE_INFINITY)
  }

  /** Counters and calls remembered. */
  get size(): { readonly counters: number; readonly calls: number } {
    return { counters: this.#tallies.size, calls: this.#charges.size }
  }

  #begin(counter: string): Tally {
    const tally = { open: 0, openCharges: 0, written: new WrittenSpend() }
    this.#tallies.set(counter, tally)
    return tally
  }

  #move(counter: string, cost: number, at: number): void {
    const tally = this.#tallies.get(counter) ?? this.#begin(counter)
    // Sums of floating point drift; an empty one is exactly 0.
    tally.open = --tally.openCharges === 0 ? 0 : tally.open - cost
    tally.written.add(cost, at)
  }

  #sweep(now: number): void {
    const { rowsLiveMs } = this.#options
    this.#sweepAt = now + rowsLiveMs
    for (const [counter, tally] of this.#tallies) {
      tally.written.forget(now - rowsLiveMs)
      if (tally.openCharges === 0 && tally.written.empty) this.#tallies.delete(counter)
    }
  }
}

interface Entry {
  /** Milliseconds since the epoch. */
  readonly at: number
  /** Everything that was written by then. */
  total: number
}
