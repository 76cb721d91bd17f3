import type { ROUTING_FIELDS } from '../../../admission/facts/gateway-members.ts'
import type { Call } from '../../../types.ts'
import type { Failure } from '../cooldown/error-class.ts'
import { numberOf } from '../setting-values.ts'
import { type Fallback, type FallbackTables, fallbackListOf } from './fallbacks.ts'

/** What a request says about its own routing, in its body. */
export interface RequestRouting {
  readonly retries?: number
  readonly noFallbacks: boolean
  /** Instead of the configured ones, for the model group the request names. */
  readonly fallbacks: Readonly<Partial<Record<keyof FallbackTables, readonly Fallback[]>>>
  /** The request wants its model group to fail in this way, to see its fallbacks work. */
  readonly pretended?: Failure
}

/** Requests and keys may ask for more patience than the gateway has by itself, but not for a flood. */
export const MOST_RETRIES = 10

const PRETENDED = {
  mock_testing_fallbacks: { class: 'InternalServerError', status: 500 },
  mock_testing_context_fallbacks: { class: 'ContextWindowExceededError', status: 400 },
  mock_testing_content_policy_fallbacks: { class: 'ContentPolicyViolationError', status: 400 },
} as const satisfies Partial<Record<(typeof ROUTING_FIELDS)[number], Failure>>

const PRETENDED_FAILURES = Object.entries(PRETENDED)

/** Reads a call's routing fields. What has the wrong type counts as not sent. */
export function requestRoutingOf({ json: body = {} }: Pick<Call, 'json'>): RequestRouting {
  return {
    retries: retriesOf(body.num_retries),
    noFallbacks: body.disable_fallbacks === true,
    fallbacks: {
      regular: ownFallbacks(body.fallbacks),
      contextWindow: ownFallbacks(body.context_window_fallbacks),
      contentPolicy: ownFallbacks(body.content_policy_fallbacks),
    },
    pretended: PRETENDED_FAILURES.find(([field]) => body[field] === true)?.[1],
  }
}

function retriesOf(value: unknown): number | undefined {
  const number = numberOf(value)
  return number === undefined ? undefined : Math.min(Math.floor(number), MOST_RETRIES)
}

function ownFallbacks(value: unknown): readonly Fallback[] | undefined {
  return Array.isArray(value) ? fallbackListOf(value) : undefined
}
