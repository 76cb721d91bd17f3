import type { LimitType, RateDescriptor } from './rate-descriptor.ts'
import type { Refusal } from './refusal.ts'
import { utcText } from './utc-text.ts'

/** How much of one limit is used. */
export interface RateState {
  readonly descriptor: RateDescriptor
  readonly type: LimitType
  readonly limit: number
  readonly used: number
  readonly resetsInMs: number
}

/** LiteLLM's 429, with the true time of the reset. */
export function rateLimited({ descriptor, type, limit, used, resetsInMs }: RateState, now: Date): Refusal {
  const resetAt = utcText(new Date(now.getTime() + resetsInMs))
  return {
    code: 'rate_limited',
    message:
      descriptor.sentence?.(used) ??
      `Rate limit exceeded for ${descriptor.name}: ${descriptor.value}. Limit type: ${type}. ` +
        `Current limit: ${limit}, Remaining: ${remaining(limit, used)}. Limit resets at: ${resetAt}`,
    headers: {
      'retry-after': String(Math.max(1, Math.ceil(resetsInMs / 1000))),
      rate_limit_type: type,
      reset_at: resetAt,
    },
  }
}

/** `x-ratelimit-api_key-remaining-requests` and the like, for an answer that passed. */
export function rateHeaders(states: readonly RateState[]): Readonly<Record<string, string>> {
  return Object.fromEntries(
    states
      .filter(({ descriptor }) => descriptor.sentence === undefined)
      .flatMap(({ descriptor, type, limit, used }) => [
        [`x-ratelimit-${descriptor.name}-remaining-${type}`, String(remaining(limit, used))],
        [`x-ratelimit-${descriptor.name}-limit-${type}`, String(limit)],
      ]),
  )
}

function remaining(limit: number, used: number): number {
  return Math.max(0, Math.floor(limit - used))
}
