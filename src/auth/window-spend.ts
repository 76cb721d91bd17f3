interface Window {
  readonly endsAt: number
  spend: number
}

/** Windows that have ended are cleared away when there are more than this, and then at each doubling. */
const SWEEP_ABOVE = 1000

/** Spend within budget windows, which no row says: counted here from what is seeded and from what this process spends. */
export class WindowSpend {
  readonly #windows = new Map<string, Window>()
  #sweepAbove = SWEEP_ABOVE

  /** Whether the window that holds now is known. */
  has(counter: string, now: Date): boolean {
    return this.#current(counter, now) !== undefined
  }

  /** Opens a window with what was spent in it so far. A window that is open stays as it is. */
  open(counter: string, endsAt: Date, now: Date, spend = 0): void {
    if (this.has(counter, now)) return
    this.#windows.set(counter, { endsAt: endsAt.getTime(), spend })
    if (this.#windows.size > this.#sweepAbove) this.#sweep(now)
  }

  /** A window that is open and ends at another time begins anew: what was spent before this call is not in it. */
  move(counter: string, endsAt: Date, now: Date): void {
    const window = this.#current(counter, now)
    if (window && window.endsAt !== endsAt.getTime()) this.#windows.set(counter, { endsAt: endsAt.getTime(), spend: 0 })
  }

  /** Counters without an open window are left alone. */
  add(counter: string, cost: number, now: Date): void {
    const window = this.#current(counter, now)
    if (window) window.spend += cost
  }

  of(counter: string, now: Date): number {
    return this.#current(counter, now)?.spend ?? 0
  }

  #sweep(now: Date): void {
    for (const counter of this.#windows.keys()) this.#current(counter, now)
    this.#sweepAbove = Math.max(SWEEP_ABOVE, 2 * this.#windows.size)
  }

  #current(counter: string, now: Date): Window | undefined {
    const window = this.#windows.get(counter)
    if (!window || now.getTime() < window.endsAt) return window
    this.#windows.delete(counter)
    return undefined
  }
}
