import type { Call } from '../../types.ts'
import { type Budget, overBudget } from '../facts/budget.ts'
import type { CallFacts, CheckSettings } from '../facts/check.ts'
import { forVersion } from '../facts/compat.ts'
import type { Refusal } from '../facts/refusal.ts'
import { monotonicDate } from '../facts/time-zone.ts'
import { budgetsOf, loggedBudgetsOf } from './check-budgets.ts'
import { countersOf } from './counters-of.ts'
import { type Amounts, ReservedAmounts } from './reserved-amounts.ts'
import { UnwrittenSpend } from './unwritten-spend.ts'
import { WindowSpend } from './window-budgets.ts'

/** Dollars below which nothing is left: sums of floating point are not exact. */
const NOTHING = 1e-9

export interface ReservationOptions {
  /** How long a call may hold a reservation without ending; then it is taken back. Default one hour. */
  readonly ttlMs?: number
  /** No cached row is older than this: the key cache's `ttlMs + staleIfErrorMs`. Default 120000. */
  readonly rowsLiveMs?: number
  /** Finished calls remembered until they are written. Default 100000. */
  readonly maxCharges?: number
  readonly clock?: () => Date
  /** Hears which budgets running calls have given room back to. */
  readonly onRelease?: (counters: Iterable<string>) => void
}

export interface ReservedCall {
  readonly callId: string
  readonly facts: CallFacts
  readonly call: Call | undefined
  readonly settings: CheckSettings
  /** What this call reserves, in US dollars; 0 when its cost is not known. */
  readonly estimate: number
  /** What `budgetsOf` says of the watched facts in this turn. Absent: it is asked. */
  readonly budgets?: readonly Budget[]
  /** The call goes on even when it is refused, and counts: for a gateway that only reports. */
  readonly regardless?: boolean
}

const NO_AMOUNTS: Amounts = new Map()

interface Reservation {
  readonly counters: readonly string[]
  readonly expiresAt: number
}

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
  readonly #reserved = new ReservedAmounts()
  readonly #onRelease: (counters: Iterable<string>) => void
  readonly #spendOf: NonNullable<CallFacts['spendOf']>

  constructor({
    ttlMs = 3_600_000,
    rowsLiveMs = 120_000,
    maxCharges = 100_000,
    clock = monotonicDate,
    onRelease = () => {},
  }: ReservationOptions = {}) {
    this.#ttlMs = ttlMs
    this.#clock = clock
    this.#unwritten = new UnwrittenSpend({ rowsLiveMs, maxCharges })
    this.#spendOf = (counter, recorded, readAt) => {
      const known = recorded === undefined ? this.#windows.of(counter, clock()) : recorded
      const unwritten = recorded === undefined ? 0 : this.#unwritten.of(counter, readAt)
      return known + unwritten
    }
    this.#onRelease = onRelease
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
    const budgets = given ?? budgetsOf(this.watch(facts), call, settings, now)
    const refusal = this.#refusalOf(callId, budgets, estimate, settings)
    if (refusal && !regardless) return refusal
    const amounts = this.#amountsOf(callId, budgets, estimate)
    // At the end of the order: the oldest are first.
    this.#reservations.delete(callId)
    for (const { counter, window } of budgets) if (window) this.#windows.open(counter, window.endsAt, now)
    this.#reserved.put(callId, amounts)
    const counters = union(countersOf(facts, settings.compat), amounts)
    this.#reservations.set(callId, { counters, expiresAt: now.getTime() + this.#ttlMs })
    return refusal
  }

  /** A running call reserves more than before, whether there is room for it or not: it has used that much. */
  grow(callId: string, amount: number): void {
    this.#reserved.raise(callId, amount)
  }

  /** What running calls have reserved of a budget, in US dollars. */
  reservedOf(counter: string): number {
    return this.#reserved.besides(undefined, counter).reserved
  }

  /** The call has ended and cost this much; 0 when it cost nothing. Only the first time counts. */
  settle(callId: string, cost: number): void {
    const reservation = this.#reservations.get(callId)
    if (!reservation) return
    this.#reservations.delete(callId)
    const released = this.#reserved.release(callId)
    const now = this.#clock()
    for (const counter of reservation.counters) this.#windows.add(counter, cost, now)
    this.#unwritten.charge(callId, reservation.counters, cost, now)
    if (this.#early.delete(callId)) this.#unwritten.written([callId], now)
    this.#onRelease(released)
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

  #refusalOf(callId: string, budgets: readonly Budget[], estimate: number, settings: CheckSettings) {
    for (const budget of budgets) {
      const { spend, counter, untouched } = budget
      const others = this.#reserved.besides(callId, counter)
      const room = roomIn({ ...budget, ...others, spent: spend }, untouched ? 0 : estimate)
      if (room === 'now') continue
      const refusal = forVersion(overBudget(budget, { spend, ...others, needed: estimate }), settings)
      return room === 'later' ? { ...refusal, waitsFor: counter } : refusal
    }
    return undefined
  }

  #amountsOf(callId: string, budgets: readonly Budget[], estimate: number): Amounts {
    if (budgets.length === 0) return NO_AMOUNTS
    const touched = budgets.filter(({ untouched }) => !untouched)
    return new Map(
      touched.map(({ counter, max, spend }) => {
        const left = max - spend - this.#reserved.besides(callId, counter).reserved
        return [counter, Math.max(0, Math.min(estimate, left))]
      }),
    )
  }

  /** The oldest come first, and all live equally long. */
  #expire(now: Date): void {
    for (const [callId, { expiresAt }] of this.#reservations) {
      if (expiresAt > now.getTime()) return
      this.#early.delete(callId)
      this.#reserved.release(callId)
      this.#reservations.delete(callId)
    }
  }
}

function union(counters: readonly string[], amounts: Amounts): readonly string[] {
  let all = counters
  for (const counter of amounts.keys()) if (!counters.includes(counter)) all = [...all, counter]
  return all
}

/** One budget, as a call finds it that asks for a part of it. US dollars. */
interface BudgetState {
  readonly max: number
  /** What calls that have ended cost. */
  readonly spent: number
  /** What the running calls of others have reserved. */
  readonly reserved: number
  /** How many of them have. */
  readonly running: number
  readonly exceededBy: '>' | '>='
}

/**
 * Whether a budget has room for a call that reserves `needed`. `now`: yes. `later`: only if running calls cost less than
 * they have reserved. `never`: it is spent. A call that runs alone may begin with what is left, as in LiteLLM: so a
 * budget is spent to its end, and overshot by less than that one call.
 */
export function roomIn({ max, spent, reserved, running, exceededBy }: BudgetState, needed: number) {
  if (exceededBy === '>' ? spent > max : spent >= max) return 'never'
  // Of a ceiling of 0 or less nothing can be reserved; such a budget is only looked at, as in LiteLLM.
  if (needed <= 0 || max <= 0) return 'now'
  const left = max - spent - reserved
  if (running === 0) return left >= NOTHING ? 'now' : 'never'
  return left >= needed - NOTHING ? 'now' : 'later'
}
