import { type MaybePromise, whenKnown } from '../lib/maybe-promise.ts'
import type { Call } from '../types.ts'
import { budgetsOf, isUnverified } from './budgets/check-budgets.ts'
import { type Budget, isExceeded } from './facts/budget.ts'
import type { Admission, CallFacts, CheckSettings } from './facts/check.ts'
import { forVersion } from './facts/compat.ts'
import { type Estimate, tokensExpected } from './facts/estimate.ts'
import type { Refusal } from './facts/refusal.ts'
import { rateDescriptorsOf } from './limits/rate-descriptors.ts'
import type { RateLimits } from './limits/rate-limits.ts'
import type { Policy } from './policies.ts'
import type { CallReservations } from './reserve-call.ts'

/** A request on its way through the stages. */
export interface Candidate {
  readonly callId: string
  readonly facts: CallFacts
  readonly now: Date
  /** Absent on routes that call no model: they are checked, and nothing else. */
  readonly call?: Call | undefined
  readonly expected: Estimate
}

export interface StageParts {
  readonly settings: CheckSettings
  readonly held: CallReservations
  readonly limits: RateLimits
  readonly policy: Policy
}

interface Finding {
  readonly refusals: readonly Refusal[]
  /** For an answer that passed. */
  readonly headers?: Admission['headers']
}

/** What later stages need of earlier ones. */
interface Passing extends Candidate {
  readonly budgets: readonly Budget[]
  /** US dollars that the stage of budgets has reserved. */
  cost: number
}

type Caller = Passing & { readonly call: Call }

/**
 * One step of an admission. It says what is against a request and takes what the call is to have; where that ends the
 * call, it has taken nothing. `found`: what the stages before it have found.
 */
type Stage<C = Passing> = (candidate: C, found: readonly Refusal[]) => MaybePromise<Finding>

const NOTHING: Finding = { refusals: [] }

/**
 * Leads a request through all stages, in LiteLLM's order. Where nothing has to be asked elsewhere it is through in this
 * turn: between a look at a budget of this process and its reservation no other call has a turn.
 */
export function createStages({ settings, held, limits, policy }: StageParts) {
  const stages: readonly Stage[] = [checks, ...[ownBudgets, sharedBudgets, rates].map(forCalls)]

  return function walk(candidate: Candidate): MaybePromise<Admission> {
    const { facts, call, now } = candidate
    const budgets = budgetsOf(facts, call, settings, now)
    return walkFrom(0, { ...candidate, budgets, cost: 0 }, [], {})
  }

  function walkFrom(
    index: number,
    candidate: Passing,
    found: readonly Refusal[],
    headers: Admission['headers'],
  ): MaybePromise<Admission> {
    const stage = stages[index]
    if (!stage) return policy.admission(found, headers)
    return whenKnown(stage(candidate, found), ({ refusals, headers: told = headers }) => {
      const all = refusals.length === 0 ? found : [...found, ...refusals]
      const isOver = refusals.length > 0 && !policy.regardless
      return isOver ? policy.admission(all, told) : walkFrom(index + 1, candidate, all, told)
    })
  }

  function checks({ facts, call, now, budgets }: Passing): Finding {
    const budgetsHold = !budgets.some(isExceeded) && !isUnverified(facts, settings)
    return { refusals: policy.check(facts, call, settings, now, budgetsHold) }
  }

  function ownBudgets(caller: Caller, found: readonly Refusal[]): Finding {
    const { over, cost } = held.reserve(caller, caller.budgets)
    caller.cost = cost
    return unlessTold(found, over)
  }

  function sharedBudgets(caller: Caller, found: readonly Refusal[]): MaybePromise<Finding> {
    if (!held.isShared) return NOTHING
    return orGiveUp(caller, async () => unlessTold(found, await held.reserveShared(caller, caller.cost)))
  }

  function rates(caller: Caller, found: readonly Refusal[]): MaybePromise<Finding> {
    const { callId, facts, call, expected, now } = caller
    const descriptors = rateDescriptorsOf(facts, call, settings, now)
    if (descriptors.length === 0) return NOTHING
    return orGiveUp(caller, async () => {
      // A call that would have been refused by now would not have counted for the limits of others.
      const count = found.length === 0 ? 'admit' : 'look'
      const { refusal, headers } = await limits[count](callId, descriptors, tokensExpected(expected))
      if (!refusal) return { refusals: [], headers }
      if (!policy.regardless) held.settle(callId, 0)
      return { refusals: [forVersion(refusal, settings)], headers }
    })
  }

  /** A call that cannot be asked about asks nothing of a model. */
  async function orGiveUp({ callId }: Caller, look: () => Promise<Finding>): Promise<Finding> {
    try {
      return await look()
    } catch (error) {
      held.settle(callId, 0)
      throw error
    }
  }
}

function forCalls(stage: Stage<Caller>): Stage {
  return (candidate, found) => (isCaller(candidate) ? stage(candidate, found) : NOTHING)
}

function isCaller(candidate: Passing): candidate is Caller {
  return candidate.call !== undefined
}

/** A budget that the checks have told already is not told again. */
function unlessTold(found: readonly Refusal[], over: Refusal | undefined): Finding {
  if (!over || found.some(({ code }) => code === 'budget_exceeded')) return NOTHING
  return { refusals: [over] }
}
