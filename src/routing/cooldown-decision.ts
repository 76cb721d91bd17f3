import type { CooldownSettings } from './cooldown-settings.ts'
import { type Failure, isRetryableStatus } from './error-class.ts'

export interface CooldownFacts {
  readonly failure: Failure
  /** The deployment is the only one of its model group. */
  readonly single: boolean
  /** Of this minute, the present failure included. */
  readonly failures: number
  readonly successes: number
}

/**
 * Whether a failure takes its deployment out of use. `allowed` is the number of failures that do not, `undefined` when their
 * share decides; `count` adds this failure to the number and is only asked when it matters.
 */
export function shouldCoolDown(
  facts: CooldownFacts,
  settings: CooldownSettings,
  allowed: number | undefined,
  count: () => number,
): boolean {
  if (!isEligible(facts.failure)) return false
  return allowed === undefined ? byShare(facts, settings) : count() > allowed
}

/** 4xx are the caller's fault, except those that speak of the deployment: its key, its quota, its model, its slowness. */
function isEligible({ class: errorClass, status }: Failure): boolean {
  if (errorClass === 'APIConnectionError') return false
  return status < 400 || status >= 500 || ELIGIBLE_4XX.has(status)
}

const ELIGIBLE_4XX: ReadonlySet<number> = new Set([401, 404, 408, 429])

function byShare({ failure, single, failures, successes }: CooldownFacts, settings: CooldownSettings): boolean {
  const calls = failures + successes
  if (failure.status === 429 && !single) return true
  if (successes === 0 && calls >= settings.singleMinCalls) return true
  if (!single && calls >= settings.failureMinCalls && failures / calls > settings.failureRatio) return true
  return !isRetryableStatus(failure.status)
}
