import { type MaybePromise, whenKnown } from '../lib/maybe-promise.ts'
import type { BatchInput, BudgetAlert, Call, VirtualKey } from '../types.ts'
import { admitBatches, type BatchAdmission } from './admit-batches.ts'
import { alertOnce, budgetAlertsOf } from './budgets/budget-alerts.ts'
import type { BudgetReservations } from './budgets/budget-reservations.ts'
import { budgetsOf, isUnverified, UNVERIFIABLE } from './budgets/check-budgets.ts'
import { type CallPair, ExpectedOutput } from './budgets/expected-output.ts'
import type { PastCalls } from './budgets/past-calls.ts'
import { reserveShared, type SharedBudgets } from './budgets/shared-budgets.ts'
import { windowSeeds } from './budgets/window-seeds.ts'
import { checkCall, checkRequest, mergedReport, reportCall } from './checks.ts'
import { isExceeded } from './facts/budget.ts'
import type {
  Admission,
  AdmissionRequest,
  CallFacts,
  CheckSettings,
  ModelCatalog,
  RequestFacts,
  UsedByCall,
} from './facts/check.ts'
import { forVersion } from './facts/compat.ts'
import { type CountedTokens, type Estimate, tokensExpected, tokensOfCall, UNKNOWN_ESTIMATE } from './facts/estimate.ts'
import type { FactsStore } from './facts/facts-store.ts'
import type { Refusal } from './facts/refusal.ts'
import type { BatchRates } from './limits/batch-rates.ts'
import type { RateDescriptor } from './limits/rate-descriptor.ts'
import { rateDescriptorsOf } from './limits/rate-descriptors.ts'
import type { RateLimits } from './limits/rate-limits.ts'
import { loadFacts, orUnverified } from './load-facts.ts'
import { withMeantModel } from './models/model-access.ts'

export interface AdmissionControlOptions {
  readonly settings: CheckSettings
  readonly reservations: BudgetReservations
  /** Learns what calls have used. Absent: nothing is learned. */
  readonly past?: PastCalls
  /** How much each call reserves. Default: the most that it may cost. */
  readonly output?: ExpectedOutput
  /** Budgets that other processes hold too. */
  readonly shared?: SharedBudgets
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
  /** The call has ended. Only the first time counts. */
  settle(callId: string, used: UsedByCall): Promise<void>
}

/** All that stands between a known key and a call: checks, budgets and rate limits, in LiteLLM's order. */
export function createAdmissionControl(options: AdmissionControlOptions): AdmissionControl {
  const { settings, reservations, limits, store, catalog, shared, counted, onAlert, batches, past } = options
  const { estimate = () => UNKNOWN_ESTIMATE, mode = 'enforce', output = new ExpectedOutput() } = options
  const factsOf = loadFacts({ settings, store, catalog })
  const alert = onAlert && alertOnce(onAlert)
  const inShared = shared && reserveShared({ shared, reservations, settings, regardless: mode === 'report' })
  const seeded = windowSeeds({ reservations, store, settings })
  /** Fallbacks count for budgets, and are not held to them. */
  const freeFallbacks = settings.enforceFallbackBudget === false

  return {
    refuseUnknown: (request) => (mode === 'report' ? undefined : checkRequest({ request }, settings, new Date())),

    admit(attempt) {
      const { key, shown, request, verbatim } = attempt
      // An alias is resolved first: lists, budgets and limits are those of the model group that it stands for.
      const call = attempt.call && !verbatim ? withMeantModel(attempt.call, key) : attempt.call
      const asked = call === attempt.call ? undefined : attempt.call?.modelGroup
      const expected = call ? estimate(call, key) : UNKNOWN_ESTIMATE
      return whenKnown(factsOf({ key, shown, request, asked, verbatim, free: expected.free }, call), (facts) =>
        whenKnown(seeded(facts, call), () => decide({ ...attempt, call }, facts, expected)),
      )
    },

    fallBack(attempt) {
      const { callId, call, key } = attempt
      if (!call || !reservations.holds(callId)) return { reported: [] }
      const expected = estimate(call, key)
      return whenKnown(orUnverified(factsOf({ key, free: expected.free }, call)), (facts) => {
        if (!facts) return { refusal: UNVERIFIABLE, reported: [] }
        return whenKnown(holdInstead(callId, reservations.watch(facts), call, expected), (over) => {
          if (!over || freeFallbacks) return { reported: [] }
          return mode === 'report' ? { reported: [over] } : { refusal: over, reported: [] }
        })
      })
    },

    admitBatch: batches && admitBatches({ settings, factsOf, batches, mode }),

    progress(callId, outputTokens) {
      const amount = output.grow(callId, outputTokens)
      if (amount === undefined) return
      reservations.grow(callId, amount)
      shared?.grow(callId, amount)
    },

    settle(callId, { cost, usage, failed, responseId }) {
      output.end(callId, failed ? undefined : usage?.completionTokens)
      if (usage && responseId !== undefined) past?.responded(responseId, usage)
      release(callId, cost)
      const finished = limits.finish(callId, tokensOfCall(usage, counted))
      return batches?.holds(callId) ? finished.then(() => batches.finish(callId, failed === true)) : finished
    },
  }

  function decide(
    { callId, call, key }: AdmissionRequest,
    known: CallFacts,
    expected: Estimate,
  ): MaybePromise<Admission> {
    const facts = reservations.watch(known)
    const now = new Date()
    if (alert && call) for (const found of budgetAlertsOf(facts, now)) alert(found, now)
    const reported = mode === 'report' ? reportCall(facts, call, settings, now) : []
    const regardless = mode === 'report'
    const budgets = budgetsOf(facts, call, settings, now)
    const hold = !budgets.some(isExceeded) && !isUnverified(facts, settings)
    const refusal = regardless ? undefined : checkCall(facts, call, settings, now, hold)
    if (refusal || !call) return { refusal, reported, headers: {} }
    const estimate = output.begin(callId, pairOf(key, call), expected)
    const overOwn = reservations.reserve({ callId, facts, call, settings, budgets, estimate, regardless })
    if (overOwn && !regardless) {
      output.refuse(callId)
      return { refusal: overOwn, reported, headers: {} }
    }
    const descriptors = rateDescriptorsOf(facts, call, settings, now)
    if (!shared && descriptors.length === 0)
      return { reported: mergedReport(reported, overOwn, undefined), headers: {} }
    const own = mergedReport(reported, overOwn, undefined)
    return reserveElsewhere(callId, facts, call, { ...expected, cost: estimate }, descriptors, own)
  }

  /** Against what is counted by others too, once this process has room. */
  async function reserveElsewhere(
    callId: string,
    facts: CallFacts,
    call: Call,
    expected: Estimate,
    descriptors: readonly RateDescriptor[],
    reported: readonly Refusal[],
  ): Promise<Admission> {
    const regardless = mode === 'report'
    try {
      const overShared = await inShared?.(callId, facts, call, expected.cost)
      if (overShared && !regardless) {
        output.refuse(callId)
        release(callId, 0)
        return { refusal: overShared, reported, headers: {} }
      }
      // A call that would have been refused by now would not have counted for the limits of others.
      const counts = !(regardless && (reported.length > 0 || overShared))
      const { refusal: overRate, headers } = await limits[counts ? 'admit' : 'look'](
        callId,
        descriptors,
        tokensExpected(expected),
      )
      if (regardless) return { reported: mergedReport(reported, overShared, overRate), headers }
      if (overRate) giveUp(callId)
      return { refusal: overRate && forVersion(overRate, settings), reported, headers }
    } catch (error) {
      giveUp(callId)
      throw error
    }
  }

  function holdInstead(callId: string, facts: CallFacts, call: Call, expected: Estimate) {
    const regardless = mode === 'report' || freeFallbacks
    const estimate = output.begin(callId, pairOf(facts.key, call), expected)
    const overOwn = reservations.reserve({ callId, facts, call, settings, estimate, regardless })
    if (overOwn && !regardless) {
      output.refuse(callId)
      return overOwn
    }
    if (!shared || !inShared) return overOwn
    return inShared(callId, facts, call, estimate).then((overShared) => {
      // A call that has ended meanwhile holds nothing.
      if (!reservations.holds(callId)) shared.settle(callId, 0)
      return overOwn ?? overShared
    })
  }

  /** Nothing was asked of a model. */
  function giveUp(callId: string): void {
    output.end(callId)
    release(callId, 0)
  }

  function release(callId: string, cost: number): void {
    reservations.settle(callId, cost)
    shared?.settle(callId, cost)
  }
}

function pairOf({ hashedToken }: VirtualKey, { modelGroup }: Call): CallPair {
  return { hashedToken, modelGroup }
}
