import type { BudgetAlert, Call, Usage, VirtualKey } from '../types.ts'
import { alertOnce } from './alert-once.ts'
import { type Budget, overBudget } from './budget.ts'
import { budgetAlertsOf } from './budget-alerts.ts'
import type { BudgetReservations } from './budget-reservations.ts'
import type { CallFactsStore } from './call-facts-store.ts'
import type { CallFacts, CheckSettings, ModelCatalog, RequestFacts } from './check.ts'
import { budgetsOf } from './check-budgets.ts'
import { checkCall, checkRequest, reportCall } from './checks.ts'
import { type CountedTokens, countedTokens } from './counted-tokens.ts'
import { rateDescriptorsOf } from './rate-descriptors.ts'
import type { RateLimits } from './rate-limits.ts'
import type { Refusal } from './refusal.ts'
import { type SharedBudgets, sharedBudgetsOf } from './shared-budgets.ts'
import { stated } from './stated.ts'

export interface GateOptions {
  readonly settings: CheckSettings
  readonly reservations: BudgetReservations
  /** Budgets that other processes hold too. */
  readonly shared?: SharedBudgets
  readonly limits: RateLimits
  readonly store: CallFactsStore
  readonly catalog?: ModelCatalog
  /** What a call may cost and use at most, as far as that is known. `free`: it costs nothing for certain. */
  readonly estimate?: (call: Call, key: VirtualKey) => Estimate
  /** Which tokens count for limits. Default `total`. */
  readonly counted?: CountedTokens
  /** Hears of each soft budget that is reached, and each budget that is nearly spent, once a day. */
  readonly onAlert?: (alert: BudgetAlert) => void
  /** `report`: nothing is refused; what would have been is told. Default `enforce`. */
  readonly mode?: 'enforce' | 'report'
}

export interface Estimate {
  /** US dollars; 0 when not known. */
  readonly cost: number
  /** 0 when not known. */
  readonly tokens: number
  readonly free?: boolean
}

export interface Attempt {
  readonly callId: string
  readonly key: VirtualKey
  /** The abbreviation of the secret that was sent. */
  readonly shown?: string
  readonly request?: RequestFacts
  /** Absent on routes that call no model: they are checked, and neither counted nor held to limits. */
  readonly call?: Call
}

export interface Passage {
  /** Never in `report` mode. */
  readonly refusal?: Refusal
  /** In `report` mode: everything that is against the call. */
  readonly reported: readonly Refusal[]
  /** Rate limit headers for the answer. */
  readonly headers: Readonly<Record<string, string>>
}

export interface Gate {
  /** Whether nobody may send this request, whoever it is. */
  knock?(request: RequestFacts): Refusal | undefined
  /** Whether this call may begin. One that may must `leave`, however it ends. */
  enter(attempt: Attempt): Promise<Passage>
  /** The call has ended. `cost` in US dollars. Only the first time counts. */
  leave(callId: string, used: { readonly cost: number; readonly usage?: Usage }): Promise<void>
}

const UNKNOWN: Estimate = { cost: 0, tokens: 0 }

/** All that stands between a known key and a call: checks, budgets and rate limits, in LiteLLM's order. */
export function createGate(options: GateOptions): Gate {
  const { settings, reservations, limits, store, catalog, estimate = () => UNKNOWN, mode = 'enforce' } = options
  const { shared, counted, onAlert } = options
  const alert = onAlert && alertOnce(onAlert)
  const seeding = new Map<string, Promise<void>>()

  return {
    knock: (request) => (mode === 'report' ? undefined : checkRequest({ request }, settings, new Date())),

    async enter(attempt) {
      const { callId, call, key } = attempt
      const expected = call ? estimate(call, key) : UNKNOWN
      const facts = await factsOf(attempt, expected)
      await seedWindows(facts, call)
      const watched = reservations.watch(facts)
      if (alert && call)
        for (const found of budgetAlertsOf(watched, call, settings, new Date())) alert(found, new Date())
      const reported = mode === 'report' ? reportCall(watched, call, settings, new Date()) : []
      const refusal = mode === 'report' ? undefined : checkCall(watched, call, settings, new Date())
      if (refusal || !call) return { refusal, reported, headers: {} }
      return await reserve(callId, facts, call, expected, reported)
    },

    async leave(callId, { cost, usage }) {
      release(callId, cost)
      await limits.finish(callId, countedTokens(usage, counted))
    },
  }

  async function reserve(
    callId: string,
    facts: CallFacts,
    call: Call,
    { cost, tokens }: Estimate,
    reported: readonly Refusal[],
  ): Promise<Passage> {
    const regardless = mode === 'report'
    const overOwn = reservations.reserve({ callId, facts, call, settings, estimate: cost, regardless })
    if (overOwn && !regardless) return { refusal: overOwn, reported, headers: {} }
    try {
      const overShared = await reserveShared(callId, facts, call, cost)
      if (overShared && !regardless) {
        release(callId, 0)
        return { refusal: overShared, reported, headers: {} }
      }
      // A call that would have been refused by now would not have counted for the limits of others.
      const counts = !(regardless && (reported.length > 0 || overOwn || overShared))
      const descriptors = rateDescriptorsOf(facts, call)
      const { refusal: overRate, headers } = await limits[counts ? 'admit' : 'look'](callId, descriptors, tokens)
      if (regardless) return { reported: merged(reported, overOwn ?? overShared, overRate), headers }
      if (overRate) release(callId, 0)
      return { refusal: overRate, reported, headers }
    } catch (error) {
      release(callId, 0)
      throw error
    }
  }

  function release(callId: string, cost: number): void {
    reservations.settle(callId, cost)
    shared?.settle(callId, cost)
  }

  /** Against what other processes hold, once this one has room. */
  async function reserveShared(callId: string, facts: CallFacts, call: Call, estimated: number) {
    if (!shared) return undefined
    const now = new Date()
    const budgets = sharedBudgetsOf(facts, budgetsOf(facts, call, settings, now), now)
    const regardless = mode === 'report'
    const { over, ends = [] } = (await shared.admit({ callId, budgets, estimate: estimated, regardless })) ?? {}
    for (const { counter, endsAt } of ends) reservations.endsAt(counter, endsAt)
    const found = over && budgets.find(({ counter }) => counter === over.counter)
    return found && stated(overBudget(found.budget, over.spend), settings)
  }

  async function factsOf({ key, shown, request, call }: Attempt, { free }: Estimate): Promise<CallFacts> {
    const [endUser, tags, everybody] = await Promise.all([
      call?.endUserId ? store.endUser(call.endUserId) : undefined,
      call && call.tags.length > 0 ? store.tags(call.tags) : undefined,
      settings.maxBudget ? store.globalSpend() : undefined,
    ])
    return {
      ...{ key, shown, request, endUser, tags, free, catalog },
      globalSpend: everybody?.spend,
      globalSpendReadAt: everybody?.readAt,
    }
  }

  /** What nobody can tell now is taken for nothing. */
  async function seedWindows(facts: CallFacts, call: Call | undefined): Promise<void> {
    await Promise.all(reservations.unseeded(facts, call, settings).map((budget) => once(budget)))
  }

  function once(budget: Budget): Promise<void> {
    const running = seeding.get(budget.counter)
    if (running !== undefined) return running
    const seeded = seed(budget).finally(() => seeding.delete(budget.counter))
    seeding.set(budget.counter, seeded)
    return seeded
  }

  async function seed(budget: Budget): Promise<void> {
    const { filledBy } = budget.window ?? {}
    const spend = filledBy && (await store.spendSince(filledBy))
    if (spend !== undefined) reservations.seed(budget, spend)
  }
}

/** The budget that the checks have told already is not told again. */
function merged(reported: readonly Refusal[], overBudget: Refusal | undefined, overRate: Refusal | undefined) {
  const told = reported.some(({ code }) => code === 'budget_exceeded')
  return [...reported, told ? undefined : overBudget, overRate].filter((refusal) => refusal !== undefined)
}
