import type { Json } from '../types.ts'
import type { ErrorPolicy } from './error-policy.ts'
import { millisecondsOf, numberOf, policyOf } from './setting-values.ts'

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

/** Reads LiteLLM's cooldown settings; `env` holds its constants. */
export function cooldownSettingsOf(given: Json, env: Readonly<Record<string, string | undefined>>): CooldownSettings {
  return {
    off: given.disable_cooldowns === true,
    cooldownMs: millisecondsOf(given.cooldown_time),
    defaultCooldownMs: millisecondsOf(env.DEFAULT_COOLDOWN_TIME_SECONDS) ?? 5_000,
    allowedFails: numberOf(given.allowed_fails),
    defaultAllowedFails: numberOf(env.DEFAULT_ALLOWED_FAILS) ?? 3,
    allowedFailsPolicy: policyOf(given.allowed_fails_policy),
    failureRatio: numberOf(env.DEFAULT_FAILURE_THRESHOLD_PERCENT) ?? 0.5,
    failureMinCalls: numberOf(env.DEFAULT_FAILURE_THRESHOLD_MINIMUM_REQUESTS) ?? 5,
    singleMinCalls: numberOf(env.SINGLE_DEPLOYMENT_TRAFFIC_FAILURE_THRESHOLD) ?? 1000,
  }
}
