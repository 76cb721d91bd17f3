import type { Call } from '../types.ts'
import { checkCall, checkRequest, reportCall } from './checks.ts'
import type { Admission, CallFacts, CheckSettings, RequestFacts } from './facts/check.ts'
import type { Refusal } from './facts/refusal.ts'

/** What becomes of what stands against a call. Both policies walk the same stages. */
export interface Policy {
  /** A call goes on regardless of what stands against it: it reserves even where there is no room. */
  readonly regardless: boolean
  /** What is against this request whoever sends it. */
  checkRequest(request: RequestFacts, settings: CheckSettings, now: Date): Refusal | undefined
  /** What the checks have against this call, in their order. `budgetsHold`: none of its budgets is exceeded. */
  check(
    facts: CallFacts,
    call: Call | undefined,
    settings: CheckSettings,
    now: Date,
    budgetsHold: boolean,
  ): readonly Refusal[]
  /** What the caller is told of all that was found. */
  admission(found: readonly Refusal[], headers: Admission['headers']): Admission
}

/** The first refusal ends the call. */
export const ENFORCE: Policy = {
  regardless: false,
  checkRequest: (request, settings, now) => checkRequest({ request }, settings, now),
  check(facts, call, settings, now, budgetsHold) {
    const refusal = checkCall(facts, call, settings, now, budgetsHold)
    return refusal ? [refusal] : NOTHING
  },
  admission: ([refusal], headers) => ({ refusal, reported: NOTHING, headers }),
}

/** Nothing is refused; everything that would have been is told. */
export const REPORT: Policy = {
  regardless: true,
  checkRequest: () => undefined,
  check: reportCall,
  admission: (reported, headers) => ({ reported, headers }),
}

export const POLICIES = { enforce: ENFORCE, report: REPORT } as const

const NOTHING: readonly Refusal[] = []
