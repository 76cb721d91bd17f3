import { expect, test } from '@jest/globals'
import { allowedFailsOf, retriesOf } from '../../../../../src/models/routing/cooldown/error-policy.ts'

const POLICY = {
  BadRequestErrorRetries: 1,
  AuthenticationErrorRetries: 2,
  TimeoutErrorRetries: 3,
  RateLimitErrorRetries: 4,
  ContentPolicyViolationErrorRetries: 5,
  InternalServerErrorRetries: 6,
  ServiceUnavailableErrorRetries: 7,
  NotFoundErrorRetries: 0,
}

test.each([
  ['BadRequestError', 1],
  ['ContextWindowExceededError', 1],
  ['AuthenticationError', 2],
  ['Timeout', 3],
  ['RateLimitError', 4],
  ['ContentPolicyViolationError', 5],
  ['InternalServerError', 6],
  ['ServiceUnavailableError', 7],
  ['NotFoundError', 0],
  ['PermissionDeniedError', undefined],
  ['APIError', undefined],
] as const)('the policy for %s is %p', (errorClass, retries) => {
  expect(retriesOf(POLICY, errorClass)).toBe(retries)
})

test('a refused prompt falls back to the policy for bad requests, and every class to the default', () => {
  expect(retriesOf({ BadRequestErrorRetries: 1 }, 'ContentPolicyViolationError')).toBe(1)
  expect(retriesOf({ DefaultRetries: 9, TimeoutErrorRetries: 1 }, 'PermissionDeniedError')).toBe(9)
  expect(retriesOf({ DefaultRetries: 9, TimeoutErrorRetries: 1 }, 'Timeout')).toBe(1)
})

test('no policy says nothing', () => {
  expect(retriesOf(undefined, 'Timeout')).toBeUndefined()
  expect(allowedFailsOf({}, 'Timeout')).toBeUndefined()
})

test('allowed failures are read by their own names', () => {
  const policy = { RateLimitErrorAllowedFails: 8, RateLimitErrorRetries: 1, ErrorAllowedFails: 2 }
  expect(allowedFailsOf(policy, 'RateLimitError')).toBe(8)
  expect(allowedFailsOf(policy, 'BadGatewayError')).toBe(2)
})
