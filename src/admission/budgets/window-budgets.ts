import type { BudgetWindow } from '../../types.ts'
import { type Budget, type BudgetPeriod, spendOf } from '../facts/budget.ts'
import { openWindow } from '../facts/budget-duration.ts'
import type { CallFacts } from '../facts/check.ts'
import { windowCounter } from '../facts/counters.ts'
import type { BudgetKind } from '../facts/refusal.ts'
import type { ZonedDate } from '../facts/time-zone.ts'

/** Windows that have ended are cleared away when there are more than this, and then at each doubling. */
const SWEEP_ABOVE = 1000

/** Who has the windows, and where its spend is counted. */
export interface WindowOwner {
  readonly kind: BudgetKind
  readonly entity: 'key' | 'team'
  readonly id: string
  readonly counter: string
  /** As LiteLLM's message names it. */
  readonly shown: string
}

/** Budgets that reset after each duration, as budgets on counters of their own. */
export function windowBudgets(
  facts: CallFacts,
  owner: WindowOwner,
  list: readonly BudgetWindow[] = [],
  now: ZonedDate,
): readonly Budget[] {
  return list.map((window) => {
    const counter = windowCounter(owner.counter, window.duration)
    return {
      kind: owner.kind,
      counter,
      spend: spendOf(facts, counter, undefined),
      max: window.maxBudget,
      exceededBy: '>=',
      owner: owner.shown,
      window: periodOf(owner, window, now),
      sentence: (spend, max) =>
        `ExceededBudget: ${owner.shown} over ${window.duration} budget. ` +
        `Spend=$${spend.toFixed(4)}, Limit=$${max.toFixed(2)}`,
    }
  })
}

function periodOf({ entity, id }: WindowOwner, { duration, resetAt }: BudgetWindow, now: ZonedDate): BudgetPeriod {
  const { since, endsAt } = openWindow(duration, now, resetAt)
  return { endsAt, filledBy: since && { entity, id, since } }
}

interface Window {
  readonly endsAt: number
  spend: number
}

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

  /** A window that is open and ends at another time is replaced: what was spent before this call is not in it. */
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
