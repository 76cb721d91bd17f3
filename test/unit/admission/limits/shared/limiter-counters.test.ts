import { expect, test } from '@jest/globals'
import { RateLimiterMemory } from 'rate-limiter-flexible'
import { RateLimits } from '../../../../../src/admission/limits/rate-limits.ts'
import { limiterCounters } from '../../../../../src/admission/limits/shared/redis-store.ts'

test('a limiter counts without an opinion of its own', async () => {
  const counters = limiterCounters(new RateLimiterMemory({ points: 1, duration: 1 }))
  expect((await counters.add('a', 5, 60_000)).count).toBe(5)
  expect((await counters.add('a', -2, 60_000)).count).toBe(3)
  const { count, resetsInMs } = await counters.add('a', 1, 60_000)
  expect(count).toBe(4)
  expect(resetsInMs).toBeGreaterThan(50_000)
  expect(resetsInMs).toBeLessThanOrEqual(60_000)
  expect((await counters.add('b', 1, 60_000)).count).toBe(1)
})

test('rate limits hold on it', async () => {
  const limits = new RateLimits({ counters: limiterCounters(new RateLimiterMemory({ points: 1, duration: 60 })) })
  const descriptors = [{ name: 'api_key', value: 'hash', limits: { requests: 50 } }]
  const calls = Array.from({ length: 200 }, (_, i) => limits.admit(`${i}`, descriptors))
  expect((await Promise.all(calls)).filter(({ refusal }) => !refusal)).toHaveLength(50)
})
