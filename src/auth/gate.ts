import { type NowOrLater, whenKnown } from '../now-or-later.ts'
import type { BatchInput, BudgetAlert, Call, VirtualKey } from '../types.ts'
import { alertOnce } from './alert-once.ts'
import { type BatchPassage, batchGate } from './batch-gate.ts'
import type { BatchRates } from './batch-rates.ts'
import { isExceeded } from './budget.ts'
import { budgetAlertsOf } from './budget-alerts.ts'
import type { BudgetReservations } from './budget-reservations.ts'
import { callFactsOf } from './call-facts-of.ts'
import type { CallFactsStore } from './call-facts-store.ts'
import type { CallFacts, CheckSettings, ModelCatalog, RequestFacts } from './check.ts'
import { budgetsOf, isUnverified, UNVERIFIABLE } from './check-budgets.ts'
import { checkCall, checkRequest, reportCall } from './checks.ts'
import { type CountedTokens, tokensOfCall } from './counted-tokens.ts'
import { type Estimate, tokensExpected, UNKNOWN_ESTIMATE } from './estimate.ts'
import { type CallPair, ExpectedOutput } from './expected-output.ts'
import type { Attempt, Passage, UsedByCall } from './gate-attempt.ts'
import { mergedReport } from './merged-report.ts'
import { withMeantModel } from './model-alias.ts'
import { orUnverified } from './or-unverified.ts'
import type { PastCalls } from './past-calls.ts'
import type { RateDescriptor } from './rate-descriptor.ts'
import { rateDescriptorsOf } from './rate-descriptors.ts'
import type { RateLimits } from './rate-limits.ts'
import type { Refusal } from './refusal.ts'
import { reserveShared, type SharedBudgets } from './shared-budgets.ts'
import { stated } from './stated.ts'
import { windowSeeds } from './window-seeds.ts'

export interface GateOptions {
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

export interface Gate {
  /** Whether nobody may send this request, whoever it is. */
  knock?(request: RequestFacts): Refusal | undefined
  /** Whether this call may begin. One that may must `leave`, however it ends. */
  enter(attempt: Attempt): NowOrLater<Passage>
  /**
   * A call that has entered goes on with another model group, the one that its `call` has now: what it may cost there is
   * held in place of what it held. Where a budget has no room for that, it is refused and goes on holding that.
   */
  fallBack?(attempt: Attempt): NowOrLater<Pick<Passage, 'refusal' | 'reported'>>
  /** Whether a batch may be made, once its call has entered. `read` tells what is in it, and is asked only where that matters. */
  enterBatch?(attempt: Attempt, read: () => Promise<BatchInput | undefined>): Promise<BatchPassage>
  /** A call that streams has used so many output tokens by now. */
  progress?(callId: string, outputTokens: number): void
  /** The call has ended. Only the first time counts. */
  leave(callId: string, used: UsedByCall): Promise<void>
}

/** All that stands between a known key and a call: checks, budgets and rate limits, in LiteLLM's order. */
export function createGate(options: GateOptions): Gate {
  const { settings, reservations, limits, store, catalog, shared, counted, onAlert, batches, past } = options
  const { estimate = () => UNKNOWN_ESTIMATE, mode = 'enforce', output = new ExpectedOutput() } = options
  const factsOf = callFactsOf({ settings, store, catalog })
  const alert = onAlert && alertOnce(onAlert)
  const inShared = shared && reserveShared({ shared, reservations, settings, regardless: mode === 'report' })
  const seeded = windowSeeds({ reservations, store, settings })
  /** Fallbacks count for budgets, and are not held to them. */
  const freeFallbacks = settings.enforceFallbackBudget === false

  return {
    knock: (request) => (mode === 'report' ? undefined : checkRequest({ request }, settings, new Date())),

    enter(attempt) {
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

    enterBatch: batches && batchGate({ settings, factsOf, batches, mode }),

    progress(callId, outputTokens) {
      const amount = output.grow(callId, outputTokens)
      if (amount === undefined) return
      reservations.grow(callId, amount)
      shared?.grow(callId, amount)
    },

    leave(callId, { cost, usage, failed, responseId }) {
      output.end(callId, failed ? undefined : usage?.completionTokens)
      if (usage && responseId !== undefined) past?.responded(responseId, usage)
      release(callId, cost)
      const finished = limits.finish(callId, tokensOfCall(usage, counted))
      return batches?.holds(callId) ? finished.then(() => batches.finish(callId, failed === true)) : finished
    },
  }

  function decide({ callId, call, key }: Attempt, known: CallFacts, expected: Estimate): NowOrLater<Passage> {
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
  ): Promise<Passage> {
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
      return { refusal: overRate && stated(overRate, settings), reported, headers }
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
