import { memoizeByObject } from '../../../lib/memoize.ts'
import type { Deployment } from '../../../types.ts'
import type { RouterState } from '../memory-state.ts'
import { millisecondsOf, numberOf } from '../setting-values.ts'
import { isWildcard } from '../wildcard.ts'
import { type Failure, isRetryableStatus } from './error-class.ts'
import { allowedFailsOf, type ErrorPolicy } from './error-policy.ts'

const SUBJECTS: Readonly<Record<number, Subject>> = {
  401: 'credential',
  403: 'credential',
  404: 'route',
  408: 'deployment',
  429: 'deployment',
}

/** LiteLLM lets these take a deployment from everybody, whatever the client had sent. */
const LITELLM_4XX: ReadonlySet<number> = new Set([401, 404, 408, 429])

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

// Asked about at every call: a string that is built again takes longer to look up than to build.
const markKey = memoizeByObject(({ id }: Deployment) => `deployment:${id}:cooldown`)

interface CooldownFacts {
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
function shouldCoolDown(
  facts: CooldownFacts,
  settings: CooldownSettings,
  allowed: number | undefined,
  count: () => number,
): boolean {
  return allowed === undefined ? byShare(facts, settings) : count() > allowed
}

/** What a failure speaks of: the deployment, its credential perhaps, the API it was asked by, or the call alone. */
export type Subject = 'deployment' | 'credential' | 'route' | 'call'

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

export interface CooldownSettings {
  readonly off: boolean
  /** Cool down after 401 and 404 of any call too, as LiteLLM does. */
  readonly likeLiteLLM?: boolean
  /** `undefined`: the default, unless the upstream asks for another time. */
  readonly cooldownMs?: number
  readonly defaultCooldownMs: number
  /** `undefined`, or LiteLLM's default: the share of failures decides, not their number. */
  readonly allowedFails?: number
  readonly defaultAllowedFails: number
  readonly allowedFailsPolicy?: ErrorPolicy
  /** Share of a minute's calls that may fail, and how many calls it takes to judge. */
  readonly failureRatio: number
  readonly failureMinCalls: number
  /** How many calls must fail in a minute, without a success, before a group's only deployment cools down. */
  readonly singleMinCalls: number
}

/** What LiteLLM's `router_settings` say of cooldowns. */
export interface CooldownSection {
  readonly disableCooldowns?: boolean
  /** Seconds. */
  readonly cooldownTime?: number
  readonly allowedFails?: number
  readonly allowedFailsPolicy?: ErrorPolicy
}

/** `env` holds LiteLLM's constants, which stand behind its settings. */
export function cooldownSettingsOf(
  given: CooldownSection,
  env: Readonly<Record<string, string | undefined>>,
): CooldownSettings {
  return {
    off: given.disableCooldowns ?? false,
    cooldownMs: millisecondsOf(given.cooldownTime),
    defaultCooldownMs: millisecondsOf(env.DEFAULT_COOLDOWN_TIME_SECONDS) ?? 5_000,
    allowedFails: given.allowedFails,
    defaultAllowedFails: numberOf(env.DEFAULT_ALLOWED_FAILS) ?? 3,
    allowedFailsPolicy: given.allowedFailsPolicy,
    failureRatio: numberOf(env.DEFAULT_FAILURE_THRESHOLD_PERCENT) ?? 0.5,
    failureMinCalls: numberOf(env.DEFAULT_FAILURE_THRESHOLD_MINIMUM_REQUESTS) ?? 5,
    singleMinCalls: numberOf(env.SINGLE_DEPLOYMENT_TRAFFIC_FAILURE_THRESHOLD) ?? 1000,
  }
}
