import type { ErrorClass } from './error-class.ts'

/** A number per LiteLLM exception class, by LiteLLM's field names: `retry_policy` and `allowed_fails_policy`. */
export type ErrorPolicy = Readonly<Record<string, number>>

/** The field stems that speak for a class, the most particular first: LiteLLM's classes are subclasses of one another. */
const STEMS: Readonly<Record<ErrorClass, readonly string[]>> = {
  BadRequestError: ['BadRequestError'],
  AuthenticationError: ['AuthenticationError'],
  PermissionDeniedError: [],
  NotFoundError: ['NotFoundError'],
  Timeout: ['TimeoutError'],
  UnprocessableEntityError: [],
  RateLimitError: ['RateLimitError'],
  ContextWindowExceededError: ['BadRequestError'],
  ContentPolicyViolationError: ['ContentPolicyViolationError', 'BadRequestError'],
  InternalServerError: ['InternalServerError'],
  BadGatewayError: ['BadGatewayError'],
  ServiceUnavailableError: ['ServiceUnavailableError'],
  APIConnectionError: [],
  APIError: [],
}

/** Retries the policy gives a class, `DefaultRetries` for one it does not name; `undefined` when it says nothing. */
export function retriesOf(policy: ErrorPolicy | undefined, errorClass: ErrorClass): number | undefined {
  return policy && find(policy, errorClass, 'Retries', 'DefaultRetries')
}

/** Failures the policy allows a class before its deployment cools down; `undefined` when it says nothing. */
export function allowedFailsOf(policy: ErrorPolicy | undefined, errorClass: ErrorClass): number | undefined {
  return policy && find(policy, errorClass, 'AllowedFails', 'ErrorAllowedFails')
}

function find(policy: ErrorPolicy, errorClass: ErrorClass, suffix: string, other: string): number | undefined {
  const stem = STEMS[errorClass].find((name) => policy[name + suffix] !== undefined)
  return policy[stem === undefined ? other : stem + suffix]
}
