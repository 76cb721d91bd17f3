import type { Deployment } from '../../../types.ts'
import { type Failure, isRetryableStatus } from '../cooldown/error-class.ts'
import { retriesOf } from '../cooldown/error-policy.ts'
import type { RetrySettings } from '../router-settings.ts'

export interface RetryFacts {
  readonly group: string
  readonly failure: Failure
  /** What failed. */
  readonly deployment: Deployment
  /** The request's own `num_retries`. */
  readonly requested?: number
  /** How many deployments the group has, and how many of them can be used now. */
  readonly total: number
  readonly healthy: number
  /** Fallbacks stand ready for this particular kind of failure: too long a prompt, or a refused one. */
  readonly typedFallbacks: boolean
}

/**
 * How often a call may be tried again after this failure; 0 when it must not be. A policy that names the failure goes before
 * every number but a 0 of the request. Mirrors LiteLLM 1.106's router.
 */
export function retriesFor(facts: RetryFacts, settings: RetrySettings): number {
  const own = facts.requested ?? facts.deployment.routing?.retries
  const policy = settings.policyByGroup.get(facts.group) ?? settings.policy
  const byPolicy = facts.requested === 0 ? undefined : retriesOf(policy, facts.failure.class)
  if (byPolicy !== undefined) return facts.healthy > 0 ? byPolicy : 0
  return isWorthRetrying(facts) ? (own ?? settings.count) : 0
}

function isWorthRetrying(facts: RetryFacts): boolean {
  const { class: errorClass, status } = facts.failure
  if (facts.healthy === 0 || facts.typedFallbacks) return false
  if (errorClass === 'NotFoundError') return false
  // Another deployment may have a key that is accepted; the same one will not.
  if (status === 401 || status === 403) return facts.total > 1
  return isRetryableStatus(status)
}
