import type { Call } from '../types.ts'
import { type Budget, isExceeded, overBudget } from './budget.ts'
import type { CallFacts, CheckSettings } from './check.ts'
import { budgetsOf, loggedBudgetsOf } from './check-budgets.ts'
import { countersOf } from './counters-of.ts'
import { monotonicDate } from './monotonic-date.ts'
import type { Refusal } from './refusal.ts'
import { stated } from './stated.ts'
import { UnwrittenSpend } from './unwritten-spend.ts'
import { WindowSpend } from './window-spend.ts'

export interface ReservationOptions {
  /** How long a call may hold a reservation without ending; then it is taken back. Default one hour. */
  readonly ttlMs?: number
  /** No cached row is older than this: the key cache's `ttlMs + staleIfErrorMs`. Default 120000. */
  readonly rowsLiveMs?: number
  /** Finished calls remembered until they are written. Default 100000. */
  readonly maxCharges?: number
  readonly clock?: () => Date
}

export interface ReservedCall {
  readonly callId: string
  readonly facts: CallFacts
  readonly call: Call | undefined
  readonly settings: CheckSettings
  /** The most this call may cost, in US dollars; 0 when that is not known. */
  readonly estimate: number
  /** What `budgetsOf` says of the watched facts in this turn. Absent: it is asked. */
  readonly budgets?: readonly Budget[]
  /** The call goes on even when it is refused, and counts: for a gateway that only reports. */
  readonly regardless?: boolean
}

interface Reservation {
  readonly counters: readonly string[]
  readonly held: ReadonlyMap<string, number>
  readonly expiresAt: number
}

/** Dollars below which nothing is left: sums of floating point are not exact. */
const NOTHING = 1e-9

/**
 * Budgets as this process knows them: what the rows say, what is spent but not written, and what running calls may
 * still cost. Looking and reserving is one step that nothing can come between, so that many calls at once cannot pass
 * a budget together that each could pass alone.
 */
export class BudgetReservations {
  readonly #ttlMs: number
  readonly #clock: () => Date
  readonly #unwritten: UnwrittenSpend
  readonly #windows = new WindowSpend()
  readonly #reservations = new Map<string, Reservation>()
  /** Written, and not settled yet. */
  readonly #early = new Set<string>()
  readonly #held = new Map<string, { sum: number; calls: number }>()
  readonly #spendOf: NonNullable<CallFacts['spendOf']>

  constructor({
    ttlMs = 3_600_000,
    rowsLiveMs = 120_000,
    maxCharges = 100_000,
    clock = monotonicDate,
  }: ReservationOptions = {}) {
    this.#ttlMs = ttlMs
    this.#clock = clock
    this.#unwritten = new UnwrittenSpend({ rowsLiveMs, maxCharges })
    this.#spendOf = (counter, recorded, readAt) => {
      const known = recorded === undefined ? this.#windows.of(counter, clock()) : recorded
      const unwritten = recorded === undefined ? 0 : this.#unwritten.of(counter, readAt)
      return known + unwritten + (this.#held.get(counter)?.sum ?? 0)
    }
  }

  /** The facts with the spend that this process knows of: give these to the checks. */
  watch(facts: CallFacts): CallFacts {
    return facts.spendOf === this.#spendOf ? facts : { ...facts, spendOf: this.#spendOf }
  }

  /** Budget windows that nothing is known about yet: find out what was spent in them, and `seed` it. */
  unseeded(facts: CallFacts, call: Call | undefined, settings: CheckSettings): readonly Budget[] {
    const now = this.#clock()
    return loggedBudgetsOf(facts, call, settings, now).filter(({ counter }) => !this.#windows.has(counter, now))
  }

  /** What was spent in a window before this process knew of it. */
  seed({ counter, window }: Budget, spend: number): void {
    if (window) this.#windows.open(counter, window.endsAt, this.#clock(), spend)
  }

  /** The window ends then, as others know who began it before. */
  endsAt(counter: string, endsAt: Date): void {
    this.#windows.move(counter, endsAt, this.#clock())
  }

  /**
   * Holds the estimate against every budget of the call, or refuses and holds nothing more. A call that reserves again,
   * for another attempt, holds the new estimate in place of the old. A budget with less left than the
   * estimate lets a call pass with what is left, as LiteLLM does, but only while no other call holds any of it: each
   * could cost all of its estimate.
   */
  reserve({
    callId,
    facts,
    call,
    settings,
    estimate,
    regardless = false,
    budgets: given,
  }: ReservedCall): Refusal | undefined {
    const now = this.#clock()
    this.#expire(now)
    const own = this.#reservations.get(callId)?.held
    const budgets = without(own, given ?? budgetsOf(this.watch(facts), call, settings, now))
    const over = budgets.find((budget) => !hasRoom(budget, estimate, this.#othersHold(budget.counter, own)))
    const refusal = over && stated(overBudget(over), settings)
    if (refusal && !regardless) return refusal
    const held = heldOf(budgets, estimate)
    this.#release(callId)
    for (const { counter, window } of budgets) if (window) this.#windows.open(counter, window.endsAt, now)
    for (const [counter, amount] of held) this.#hold(counter, amount)
    const counters = union(countersOf(facts, settings.compat), held)
    this.#reservations.set(callId, { counters, held, expiresAt: now.getTime() + this.#ttlMs })
    return refusal
  }

  /** The call has ended and cost this much; 0 when it cost nothing. Only the first time counts. */
  settle(callId: string, cost: number): void {
    const reservation = this.#release(callId)
    if (!reservation) return
    const now = this.#clock()
    for (const counter of reservation.counters) this.#windows.add(counter, cost, now)
    this.#unwritten.charge(callId, reservation.counters, cost, now)
    if (this.#early.delete(callId)) this.#unwritten.written([callId], now)
  }

  /** The cost of these calls is in the database. */
  written(callIds: Iterable<string>): void {
    // A call can be written before its end is told: what it costs is charged then, and is no news any more.
    const ids = [...callIds]
    for (const callId of ids) if (this.#reservations.has(callId)) this.#early.add(callId)
    this.#unwritten.written(ids, this.#clock())
  }

  /** Whether this call has reserved and not ended. */
  holds(callId: string): boolean {
    return this.#reservations.has(callId)
  }

  /** Calls that hold a reservation. */
  get running(): number {
    return this.#reservations.size
  }

  #othersHold(counter: string, own: ReadonlyMap<string, number> | undefined): boolean {
    const calls = this.#held.get(counter)?.calls ?? 0
    return calls > (own?.has(counter) ? 1 : 0)
  }

  #hold(counter: string, amount: number): void {
    const held = this.#held.get(counter)
    if (!held) return void this.#held.set(counter, { sum: amount, calls: 1 })
    held.sum += amount
    held.calls++
  }

  #release(callId: string): Reservation | undefined {
    const reservation = this.#reservations.get(callId)
    if (!reservation) return undefined
    this.#reservations.delete(callId)
    for (const [counter, amount] of reservation.held) {
      const held = this.#held.get(counter)!
      held.sum -= amount
      if (--held.calls === 0) this.#held.delete(counter)
    }
    return reservation
  }

  /** The oldest come first, and all live equally long. */
  #expire(now: Date): void {
    for (const callId of this.#reservations.keys()) {
      if (this.#reservations.get(callId)!.expiresAt > now.getTime()) return
      this.#early.delete(callId)
      this.#release(callId)
    }
  }
}

/** Of a ceiling of 0 or less nothing can be held; such a budget is only looked at, as in LiteLLM. */
function hasRoom(budget: Budget, estimate: number, shared: boolean): boolean {
  if (isExceeded(budget)) return false
  const needed = shared ? estimate - NOTHING : NOTHING
  return estimate <= 0 || budget.untouched || budget.max <= 0 || budget.max - budget.spend >= needed
}

/** The budgets as they are without what the call itself holds of them. */
function without(own: ReadonlyMap<string, number> | undefined, budgets: readonly Budget[]): readonly Budget[] {
  if (!own) return budgets
  return budgets.map((budget) => ({ ...budget, spend: budget.spend - (own.get(budget.counter) ?? 0) }))
}

const NONE_HELD: ReadonlyMap<string, number> = new Map()

function heldOf(budgets: readonly Budget[], estimate: number): ReadonlyMap<string, number> {
  if (budgets.length === 0) return NONE_HELD
  const touched = budgets.filter(({ untouched }) => !untouched)
  return new Map(touched.map(({ counter, max, spend }) => [counter, holdable(estimate, max - spend)]))
}

function union(counters: readonly string[], held: ReadonlyMap<string, number>): readonly string[] {
  let all = counters
  for (const counter of held.keys()) if (!counters.includes(counter)) all = [...all, counter]
  return all
}

function holdable(estimate: number, left: number): number {
  return Math.max(0, Math.min(estimate, left))
}
