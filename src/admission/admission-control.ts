import { type MaybePromise, whenKnown } from '../lib/maybe-promise.ts'
import type { BatchInput, BudgetAlert, Call, VirtualKey } from '../types.ts'
import { admitBatches, type BatchAdmission } from './admit-batches.ts'
import { alertOnce, budgetAlertsOf } from './budgets/budget-alerts.ts'
import { budgetsOf, isUnverified, UNVERIFIABLE } from './budgets/check-budgets.ts'
import type { PastCalls } from './budgets/past-calls.ts'
import { windowSeeds } from './budgets/window-seeds.ts'
import { checkCall, checkRequest, mergedReport, reportCall } from './checks.ts'
import { isExceeded } from './facts/budget.ts'
import type { Admission, AdmissionRequest, CallFacts, ModelCatalog, RequestFacts, UsedByCall } from './facts/check.ts'
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
import {
  type CallReservations,
  createCallReservations,
  type ReserveCallOptions,
  type ReservingCall,
} from './reserve-call.ts'

export interface AdmissionControlOptions extends ReserveCallOptions {
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
  const { settings, reservations, limits, store, catalog, counted, onAlert, batches, past } = options
  const { estimate = () => UNKNOWN_ESTIMATE, mode = 'enforce' } = options
  const reports = mode === 'report'
  const factsOf = loadFacts({ settings, store, catalog })
  const alert = onAlert && alertOnce(onAlert)
  const held = createCallReservations(options)
  const seeded = windowSeeds({ reservations, store, settings })

  return {
    refuseUnknown: (request) => (reports ? undefined : checkRequest({ request }, settings, new Date())),

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

    fallBack({ callId, call, key }) {
      if (!call || !reservations.holds(callId)) return { reported: [] }
      const expected = estimate(call, key)
      return whenKnown(orUnverified(factsOf({ key, free: expected.free }, call)), (facts) => {
        if (!facts) return { refusal: UNVERIFIABLE, reported: [] }
        const over = held.reserveInstead({ callId, facts: reservations.watch(facts), call, expected })
        return whenKnown(over, (over) => {
          if (!over || settings.enforceFallbackBudget === false) return { reported: [] }
          return reports ? { reported: [over] } : { refusal: over, reported: [] }
        })
      })
    },

    admitBatch: batches && admitBatches({ settings, factsOf, batches, mode }),

    progress: held.grow,

    settle(callId, { cost, usage, failed, responseId }) {
      held.settle(callId, cost, failed ? undefined : usage?.completionTokens)
      if (usage && responseId !== undefined) past?.responded(responseId, usage)
      const finished = limits.finish(callId, tokensOfCall(usage, counted))
      return batches?.holds(callId) ? finished.then(() => batches.finish(callId, failed === true)) : finished
    },
  }

  function decide({ callId, call }: AdmissionRequest, known: CallFacts, expected: Estimate): MaybePromise<Admission> {
    const facts = reservations.watch(known)
    const now = new Date()
    if (alert && call) for (const found of budgetAlertsOf(facts, now)) alert(found, now)
    const reported = reports ? reportCall(facts, call, settings, now) : []
    const budgets = budgetsOf(facts, call, settings, now)
    const hold = !budgets.some(isExceeded) && !isUnverified(facts, settings)
    const refusal = reports ? undefined : checkCall(facts, call, settings, now, hold)
    if (refusal || !call) return { refusal, reported, headers: {} }
    const reserving = { callId, facts, call, expected }
    const { over, cost } = held.reserve(reserving, budgets)
    if (over && !reports) return { refusal: over, reported, headers: {} }
    const descriptors = rateDescriptorsOf(facts, call, settings, now)
    const own = mergedReport(reported, over, undefined)
    if (!held.isShared && descriptors.length === 0) return { reported: own, headers: {} }
    const reserved = { ...reserving, expected: { ...expected, cost } }
    return reserveElsewhere({ held, limits, settings, reports }, reserved, descriptors, own)
  }
}

interface CountedElsewhere extends Pick<AdmissionControlOptions, 'limits' | 'settings'> {
  readonly held: CallReservations
  readonly reports: boolean
}

/** Reserves what is counted by others too, once this process has room. */
async function reserveElsewhere(
  { held, limits, settings, reports }: CountedElsewhere,
  reserving: ReservingCall,
  descriptors: readonly RateDescriptor[],
  reported: readonly Refusal[],
): Promise<Admission> {
  const { callId, expected } = reserving
  try {
    const overShared = await held.reserveShared(reserving, expected.cost)
    if (overShared && !reports) return { refusal: overShared, reported, headers: {} }
    // A call that would have been refused by now would not have counted for the limits of others.
    const counts = !(reports && (reported.length > 0 || overShared))
    const { refusal: overRate, headers } = await limits[counts ? 'admit' : 'look'](
      callId,
      descriptors,
      tokensExpected(expected),
    )
    if (reports) return { reported: mergedReport(reported, overShared, overRate), headers }
    // Nothing is asked of a model.
    if (overRate) held.settle(callId, 0)
    return { refusal: overRate && forVersion(overRate, settings), reported, headers }
  } catch (error) {
    held.settle(callId, 0)
    throw error
  }
}
