import { expect, test } from '@jest/globals'
import { failureOfAnswer, failureOfConnection } from '../../../../../src/models/routing/cooldown/error-class.ts'
import { type RetryFacts, retriesFor } from '../../../../../src/models/routing/plan/retry-policy.ts'
import type { Json } from '../../../../../src/types.ts'
import { readRouterSettings } from '../../../../support/router-settings.ts'
import { deployment } from '../make.ts'

function retries(facts: Partial<RetryFacts> = {}, routerSettings: Json = {}) {
  const failure = failureOfAnswer(500)
  const base = { group: 'gpt-4o', failure, deployment: deployment('a'), total: 2, healthy: 2, typedFallbacks: false }
  return retriesFor({ ...base, ...facts }, readRouterSettings(routerSettings).retries)
}

test.each([
  [400, 0],
  [401, 2],
  [403, 2],
  [404, 0],
  [408, 2],
  [409, 2],
  [413, 0],
  [422, 0],
  [429, 2],
  [500, 2],
  [502, 2],
  [503, 2],
  [504, 2],
  [529, 2],
])('status %i is tried again %i times', (status, count) => {
  expect(retries({ failure: failureOfAnswer(status) })).toBe(count)
})

test('a connection that fails is tried again', () => {
  expect(retries({ failure: failureOfConnection('ECONNREFUSED') })).toBe(2)
})

test.each([401, 403])('%i is not tried again at the only deployment', (status) => {
  expect(retries({ failure: failureOfAnswer(status), total: 1, healthy: 1 })).toBe(0)
})

test('nothing is tried again when no deployment can be used, not even by policy', () => {
  expect(retries({ healthy: 0 })).toBe(0)
  expect(retries({ healthy: 0 }, { retry_policy: { InternalServerErrorRetries: 5 } })).toBe(0)
})

test('a failure that has fallbacks of its own goes to them', () => {
  expect(retries({ typedFallbacks: true })).toBe(0)
})

test('the policy goes before the request, the request before the deployment, the deployment before the router', () => {
  const settings = { num_retries: 1, retry_policy: { InternalServerErrorRetries: 4 } }
  const own = deployment('a', 'gpt-4o', { retries: 3 })
  const unnamed = failureOfAnswer(503)
  expect(retries({ requested: 6, deployment: own }, settings)).toBe(4)
  expect(retries({ deployment: own }, settings)).toBe(4)
  expect(retries({ failure: unnamed, requested: 6, deployment: own }, settings)).toBe(6)
  expect(retries({ failure: unnamed, deployment: own }, settings)).toBe(3)
  expect(retries({ failure: unnamed }, settings)).toBe(1)
})

test('a request that wants no retries has none, whatever the policy says; a deployment cannot say so', () => {
  const settings = { retry_policy: { InternalServerErrorRetries: 4 } }
  expect(retries({ requested: 0 }, settings)).toBe(0)
  expect(retries({ deployment: deployment('a', 'gpt-4o', { retries: 0 }) }, settings)).toBe(4)
})

test('a group has a policy of its own instead of the general one', () => {
  const settings = {
    retry_policy: { InternalServerErrorRetries: 4, TimeoutErrorRetries: 7 },
    model_group_retry_policy: { 'gpt-4o': { InternalServerErrorRetries: 1 } },
  }
  expect(retries({}, settings)).toBe(1)
  expect(retries({ group: 'other' }, settings)).toBe(4)
  expect(retries({ failure: failureOfAnswer(408) }, settings)).toBe(2)
})

test('a policy that names the class tries again what would not be', () => {
  const policy = { retry_policy: { BadRequestErrorRetries: 3, NotFoundErrorRetries: 1, AuthenticationErrorRetries: 2 } }
  expect(retries({ failure: failureOfAnswer(400) }, policy)).toBe(3)
  expect(retries({ failure: failureOfAnswer(404) }, policy)).toBe(1)
  expect(retries({ failure: failureOfAnswer(401), total: 1, healthy: 1 }, policy)).toBe(2)
})

test('the number a request asks for does not make a bad request worth trying again', () => {
  expect(retries({ failure: failureOfAnswer(400), requested: 5 })).toBe(0)
})
