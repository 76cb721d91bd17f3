import { type MaybePromise, whenKnown } from '../lib/maybe-promise.ts'
import type { BatchInput, BudgetAlert, Call, VirtualKey } from '../types.ts'
import { admitBatches, type BatchAdmission } from './admit-batches.ts'
import { alertOnce, budgetAlertsOf } from './budgets/budget-alerts.ts'
import type { BudgetReservations } from './budgets/budget-reservations.ts'
import { UNVERIFIABLE } from './budgets/check-budgets.ts'
import type { PastCalls } from './budgets/past-calls.ts'
import type { Budget } from './facts/budget.ts'
import type {
  Admission,
  AdmissionRequest,
  CallFacts,
  CheckSettings,
  ModelCatalog,
  RequestFacts,
  UsedByCall,
} from './facts/check.ts'
import { type CountedTokens, type Estimate, tokensOfCall, UNKNOWN_ESTIMATE } from './facts/estimate.ts'
import type { FactsStore } from './facts/facts-store.ts'
import type { Refusal } from './facts/refusal.ts'
import type { BatchRates } from './limits/batch-rates.ts'
import type { RateLimits } from './limits/rate-limits.ts'
import { loadFacts, orUnverified } from './load-facts.ts'
import { withMeantModel } from './models/model-access.ts'
import { POLICIES } from './policies.ts'
import { createCallReservations, type ReserveCallOptions } from './reserve-call.ts'
import { createStages } from './stages.ts'

export interface AdmissionControlOptions extends Omit<ReserveCallOptions, 'regardless'> {
  /** Learns what calls have used. Absent: nothing is learned. */
  readonly past?: PastCalls
  readonly limits: RateLimits
  /** What batches hold. Absent: they are held to nothing. */
  readonly batches?: BatchRates
  readonly store: FactsStore
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

export interface AdmissionControl {
  /** Whether this request is refused for every caller. */
  refuseUnknown?(request: RequestFacts): Refusal | undefined
  /** Whether this call may begin. One that may must `leave`, however it ends. */
  admit(attempt: AdmissionRequest): MaybePromise<Admission>
  /**
   * A call that has entered goes on with another model group, the one that its `call` has now: what it may cost there is
   * held in place of what it held. Where a budget has no room for that, it is refused and goes on holding that.
   */
  fallBack?(attempt: AdmissionRequest): MaybePromise<Pick<Admission, 'refusal' | 'reported'>>
  /** Whether a batch may be made, once its call has entered. `read` tells what is in it, and is asked only where that matters. */
  admitBatch?(attempt: AdmissionRequest, read: () => Promise<BatchInput | undefined>): Promise<BatchAdmission>
  /** A call that streams has used so many output tokens by now. */
  progress?(callId: string, outputTokens: number): void
  /** How many calls hold a reservation. */
  running?(): number
  /** The call has ended. Only the first time counts. */
  settle(callId: string, used: UsedByCall): Promise<void>
}

/** All that stands between a known key and a call: checks, budgets and rate limits, in LiteLLM's order. */
export function createAdmissionControl(options: AdmissionControlOptions): AdmissionControl {
  const { settings, reservations, limits, store, catalog, counted, onAlert, batches, past } = options
  const { estimate = () => UNKNOWN_ESTIMATE, mode = 'enforce' } = options
  const policy = POLICIES[mode]
  const factsOf = loadFacts({ settings, store, catalog })
  const alert = onAlert && alertOnce(onAlert)
  const held = createCallReservations({ ...options, regardless: policy.regardless })
  const walk = createStages({ settings, held, limits, policy })
  const seeded = windowSeeds({ reservations, store, settings })

  return {
    running: () => reservations.running,
    refuseUnknown: (request) => policy.checkRequest(request, settings, new Date()),

    admit(attempt) {
      const { key, shown, request, verbatim } = attempt
      // An alias is resolved first: lists, budgets and limits are those of the model group that it stands for.
      const call = attempt.call && !verbatim ? withMeantModel(attempt.call, key) : attempt.call
      const asked = call === attempt.call ? undefined : attempt.call?.modelGroup
      const expected = call ? fixedTo(estimate(call, key), attempt.fixedCost) : UNKNOWN_ESTIMATE
      return whenKnown(factsOf({ key, shown, request, asked, verbatim, free: expected.free }, call), (facts) =>
        whenKnown(seeded(facts, call), () => {
          const now = new Date()
          const watched = reservations.watch(facts)
          if (alert && call) for (const found of budgetAlertsOf(watched, now)) alert(found, now)
          return walk({ callId: attempt.callId, facts: watched, now, call, expected })
        }),
      )
    },

    fallBack({ callId, call, key }) {
      if (!call || !reservations.holds(callId)) return { reported: [] }
      const expected = estimate(call, key)
      return whenKnown(orUnverified(factsOf({ key, free: expected.free }, call)), (facts) => {
        if (!facts) return { refusal: UNVERIFIABLE, reported: [] }
        const over = held.reserveInstead({ callId, facts: reservations.watch(facts), call, expected })
        return whenKnown(over, (over) => {
          if (!over || settings.enforceFallbackBudget === false) return { reported: [] }
          return policy.admission([over], {})
        })
      })
    },

    admitBatch: batches && admitBatches({ settings, factsOf, batches, policy }),

    progress: held.grow,

    settle(callId, { cost, usage, failed, responseId }) {
      held.settle(callId, cost, failed ? undefined : usage?.completionTokens)
      if (usage && responseId !== undefined) past?.responded(responseId, usage)
      const finished = limits.finish(callId, tokensOfCall(usage, counted))
      return batches?.holds(callId) ? finished.then(() => batches.finish(callId, failed === true)) : finished
    },
  }
}

function fixedTo(expected: Estimate, cost: number | undefined): Estimate {
  return cost === undefined ? expected : { ...expected, cost, costOf: undefined, free: cost === 0 }
}

interface WindowSeedsParts {
  readonly reservations: BudgetReservations
  readonly store: FactsStore
  readonly settings: CheckSettings
}

/**
 * Budget windows begin with what the log says was spent in them, asked for once a window. `undefined`: those of this call
 * have begun.
 */
function windowSeeds({ reservations, store, settings }: WindowSeedsParts) {
  const seeding = new Map<string, Promise<void>>()

  return function seeded(facts: CallFacts, call: Call | undefined): Promise<unknown> | undefined {
    const windows = reservations.unseeded(facts, call, settings)
    return windows.length > 0 ? Promise.all(windows.map(once)) : undefined
  }

  function once(budget: Budget): Promise<void> {
    const running = seeding.get(budget.counter)
    if (running !== undefined) return running
    const seeded = seed(budget).finally(() => seeding.delete(budget.counter))
    seeding.set(budget.counter, seeded)
    return seeded
  }

  /** What cannot be read now counts as 0. */
  async function seed(budget: Budget): Promise<void> {
    const { filledBy } = budget.window ?? {}
    const spend = filledBy && (await store.spendSince(filledBy))
    if (spend !== undefined) reservations.seed(budget, spend)
  }
}
