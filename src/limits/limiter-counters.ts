import type { RateCounters } from '../auth/rate-counters.ts'

/** What is needed of a limiter of rate-limiter-flexible: any of its stores has it. */
export interface LimiterLike {
  penalty(
    key: string,
    points: number,
    options: { customDuration: number },
  ): Promise<{ readonly consumedPoints: number; readonly msBeforeNext: number }>
}

/**
 * Counts in a store of rate-limiter-flexible: `RateLimiterRedis` for several processes, `RateLimiterMemory` for one.
 * The limiter is only counted with; its own `points` do not matter. It counts windows in whole seconds.
 */
export function limiterCounters(limiter: LimiterLike): RateCounters {
  return {
    async add(counter, amount, windowMs) {
      const result = await limiter.penalty(counter, amount, { customDuration: Math.ceil(windowMs / 1000) })
      return { count: result.consumedPoints, resetsInMs: Math.max(0, result.msBeforeNext) }
    },
  }
}
