import { oncePer } from '../once-per.ts'
import type { Deployment } from '../types.ts'
import { type CooldownFacts, shouldCoolDown } from './cooldown-decision.ts'
import type { CooldownSettings } from './cooldown-settings.ts'
import type { Failure } from './error-class.ts'
import { allowedFailsOf } from './error-policy.ts'
import type { RouterState } from './router-state.ts'
import { isWildcard } from './wildcard.ts'

export interface Cooldowns {
  succeeded(deployment: Deployment): void
  /**
   * Counts a failure of the deployment and returns for how long it now cools down, in milliseconds. 0: it does not. Not for
   * failures that speak of something else: see `subjectOf`.
   */
  failed(deployment: Deployment, failure: Failure, how: FailedHow): number
  /** How long the deployment is still out of use, in milliseconds. */
  coolingMs(deployment: Deployment): number
}

export interface FailedHow {
  /** It is the only deployment of its model group. */
  readonly single: boolean
  /** What the upstream asked for. */
  readonly retryAfterMs?: number
}

const MINUTE_MS = 60_000

/** Takes failing deployments out of use for a while, by LiteLLM's rules (its `cooldown_handlers.py`). */
export function createCooldowns(settings: CooldownSettings, state: RouterState, now: () => number): Cooldowns {
  return {
    succeeded: (deployment) => void state.add(minuteKey(deployment, 'successes'), 1, MINUTE_MS),
    failed(deployment, failure, how) {
      const failures = state.add(minuteKey(deployment, 'failures'), 1, MINUTE_MS)
      const cooldownMs =
        deployment.routing?.cooldownMs ?? how.retryAfterMs ?? settings.cooldownMs ?? settings.defaultCooldownMs
      if (settings.off || cooldownMs <= 0 || isWildcard(deployment.modelGroup)) return 0
      const facts = { failure, single: how.single, ...minute(deployment, failures) }
      const limit = allowance(deployment, failure)
      if (!shouldCoolDown(facts, settings, limit, () => countFailure(deployment, cooldownMs))) return 0
      state.mark(markKey(deployment), cooldownMs)
      return cooldownMs
    },
    coolingMs: (deployment) => state.markedMs(markKey(deployment)),
  }

  function minute(deployment: Deployment, failures: number): Pick<CooldownFacts, 'failures' | 'successes'> {
    return { failures, successes: state.count(minuteKey(deployment, 'successes')) }
  }

  /** How many failures are allowed by number; `undefined`: the share of failures decides. */
  function allowance({ routing }: Deployment, failure: Failure): number | undefined {
    const { allowedFails = settings.allowedFails, allowedFailsPolicy = settings.allowedFailsPolicy } = routing ?? {}
    const changed = allowedFails !== undefined && allowedFails !== settings.defaultAllowedFails
    if (!changed && !allowedFailsPolicy) return undefined
    return allowedFailsOf(allowedFailsPolicy, failure.class) ?? allowedFails ?? settings.defaultAllowedFails
  }

  function countFailure({ id }: Deployment, ttlMs: number): number {
    return state.add(`cooldown:${id}:fails`, 1, ttlMs)
  }

  function minuteKey({ id }: Deployment, what: 'successes' | 'failures'): string {
    return `cooldown:${id}:${what}:${Math.floor(now() / MINUTE_MS)}`
  }
}

// Asked about at every call: a name that is made anew takes longer to look up than to make.
const markKey = oncePer(({ id }: Deployment) => `deployment:${id}:cooldown`)
