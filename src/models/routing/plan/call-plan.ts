import type { Call, Deployment, Router, VirtualKey } from '../../../types.ts'
import type { BalancingRouter, TrackedResult } from '../router.ts'
import type { Action, Attempt } from './action.ts'

/** How a transport goes through with a call: what to try, and whom to tell how it went. */
export type CallPlan = Pick<BalancingRouter, 'next' | 'track' | 'timeoutMs'>

/** The plan of a router. One that only chooses gives each call a single try. */
export function callPlanOf(router: Router): CallPlan {
  return isBalancing(router) ? router : singleTry(router)
}

function isBalancing(router: Router): router is BalancingRouter {
  return 'next' in router && 'track' in router && 'timeoutMs' in router
}

function singleTry(router: Router): CallPlan {
  return { next, track: () => (_: TrackedResult) => {}, timeoutMs: () => undefined }

  function next(call: Call, key: VirtualKey | undefined, attempts: readonly Attempt[]): Action {
    const last = attempts.at(-1)
    if (last) return { giveUp: 'failed', failure: last.failure, retryAfterMs: last.retryAfterMs }
    const chosen = router.choose(call, key)
    return chosen
      ? tryOnce(chosen, call)
      : { giveUp: 'unknown_group', failure: { class: 'NotFoundError', status: 404 } }
  }
}

function tryOnce(deployment: Deployment, { modelGroup: group }: Call): Action {
  const step = { group, depth: 0, params: {}, above: Number.NEGATIVE_INFINITY }
  const route = { step, ahead: [], visited: [group], tried: [deployment.id] }
  return { try: deployment, afterMs: 0, group, params: {}, retries: 0, fallbacks: 0, route }
}
