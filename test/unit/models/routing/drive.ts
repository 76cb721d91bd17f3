import type { Failure } from '../../../../src/models/routing/cooldown/error-class.ts'
import type { Attempt, GiveUp, Try } from '../../../../src/models/routing/plan/action.ts'
import type { BalancingRouter } from '../../../../src/models/routing/router.ts'
import type { Call } from '../../../../src/types.ts'

export interface Fault {
  readonly failure: Failure
  readonly retryAfterMs?: number
  readonly answered?: boolean
}

export interface Drive {
  readonly tries: readonly Try[]
  /** `undefined`: the last try succeeded. */
  readonly end?: GiveUp
}

/** Does what a transport does: tries, reports and asks again, until a try succeeds (`undefined`) or the router gives up. */
export function drive(router: BalancingRouter, call: Call, faultOf: (tried: Try) => Fault | undefined): Drive {
  const attempts: Attempt[] = []
  const tries: Try[] = []
  for (;;) {
    const action = router.next(call, undefined, attempts)
    if ('giveUp' in action) return { tries, end: action }
    tries.push(action)
    if (tries.length > 10_000) throw new Error('the plan does not end')
    const fault = faultOf(action)
    const end = router.track(action.try, call, action.group)
    end({
      success: !fault,
      timedOut: fault?.failure.class === 'Timeout',
      durationMs: 100,
      promptTokens: 5,
      completionTokens: 5,
      ...fault,
    })
    if (!fault) return { tries }
    attempts.push({ tried: action, ...fault })
  }
}
