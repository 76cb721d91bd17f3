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
  return allowed === undefined ? byShare(facts, settings) : count() > allowed
}

/** What a failure speaks of: the deployment, its credential perhaps, the API it was asked by, or the call alone. */
export type Subject = 'deployment' | 'credential' | 'route' | 'call'

const SUBJECTS: Readonly<Record<number, Subject>> = {
  401: 'credential',
  403: 'credential',
  404: 'route',
  408: 'deployment',
  429: 'deployment',
}

/** LiteLLM lets these take a deployment from everybody, whatever the client had sent. */
const LITELLM_4XX: ReadonlySet<number> = new Set([401, 404, 408, 429])

/**
 * 4xx are the caller's doing, except those in the table. Without an answer of the upstream's, a credential that cannot be had
 * speaks of the deployment, and a full queue of our own of the calls in it.
 */
export function subjectOf({ class: errorClass, status, isOwn }: Failure, { likeLiteLLM }: CooldownSettings): Subject {
  if (errorClass === 'APIConnectionError') return 'call'
  const isClients = status >= 400 && status < 500
  if (likeLiteLLM) return !isClients || LITELLM_4XX.has(status) ? 'deployment' : 'call'
  if (isOwn) return status === 401 ? 'deployment' : 'call'
  return isClients ? (SUBJECTS[status] ?? 'call') : 'deployment'
}

function byShare({ failure, single, failures, successes }: CooldownFacts, settings: CooldownSettings): boolean {
  const calls = failures + successes
  if (failure.status === 429 && !single) return true
  if (successes === 0 && calls >= settings.singleMinCalls) return true
  if (!single && calls >= settings.failureMinCalls && failures / calls > settings.failureRatio) return true
  return !isRetryableStatus(failure.status)
}
