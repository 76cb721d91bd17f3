/** US dollars by the counter of a budget. */
export type Amounts = ReadonlyMap<string, number>

/** What running calls have reserved: of each budget in all, and each call by itself. */
export class ReservedAmounts {
  readonly #calls = new Map<string, Map<string, number>>()
  readonly #sums = new Map<string, { sum: number; calls: number }>()

  /** What others than this call have reserved of a budget, and how many of them have. */
  besides(callId: string | undefined, counter: string): { readonly reserved: number; readonly running: number } {
    const { sum = 0, calls = 0 } = this.#sums.get(counter) ?? {}
    const own = callId === undefined ? undefined : this.#calls.get(callId)?.get(counter)
    return own === undefined ? { reserved: sum, running: calls } : { reserved: sum - own, running: calls - 1 }
  }

  /** In place of what the call had reserved before. */
  put(callId: string, amounts: Amounts): void {
    this.release(callId)
    this.#calls.set(callId, new Map(amounts))
    for (const [counter, amount] of amounts) this.#add(counter, amount, 1)
  }

  /** Of each of its budgets the call has reserved at least so much from now on. */
  raise(callId: string, amount: number): void {
    const own = this.#calls.get(callId)
    if (!own) return
    for (const [counter, before] of own) {
      if (amount <= before) continue
      own.set(counter, amount)
      this.#add(counter, amount - before, 0)
    }
  }

  /** The budgets of which the call had reserved something. */
  release(callId: string): Iterable<string> {
    const own = this.#calls.get(callId)
    this.#calls.delete(callId)
    for (const [counter, amount] of own ?? []) this.#add(counter, -amount, -1)
    return own?.keys() ?? []
  }

  #add(counter: string, amount: number, calls: number): void {
    const entry = this.#sums.get(counter) ?? { sum: 0, calls: 0 }
    entry.sum += amount
    entry.calls += calls
    // Sums of floating point drift; an empty one is exactly 0.
    if (entry.calls === 0) this.#sums.delete(counter)
    else this.#sums.set(counter, entry)
  }
}
