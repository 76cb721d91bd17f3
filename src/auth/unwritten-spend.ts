import { overflow } from '../overflow.ts'
import { WrittenSpend } from './written-spend.ts'

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
    const oldest = overflow(this.#charges, this.#options.maxCharges)
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
    const tally = this.#tallies.get(counter)!
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
