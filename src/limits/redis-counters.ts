import type { RateCounters } from '../auth/rate-counters.ts'
import { limiterCounters } from './limiter-counters.ts'
import { connectRedis, type RedisAddress } from './redis-connection.ts'

export interface OpenCounters extends RateCounters {
  close(): Promise<void>
}

const PREFIX = 'express-litellm'

/**
 * Counters in Redis, shared by all processes that use it. Connects in the background; while it is not connected, adding
 * rejects at once. Rejects when the packages `ioredis` and `rate-limiter-flexible` are not installed.
 */
export async function openRedisCounters(address: RedisAddress): Promise<OpenCounters> {
  // Only who shares limits needs this package.
  const { RateLimiterRedis } = await import('rate-limiter-flexible')
  const redis = await connectRedis(address)
  const limiter = new RateLimiterRedis({
    storeClient: redis,
    rejectIfRedisNotReady: true,
    keyPrefix: PREFIX,
    points: 1,
    duration: 60,
  })
  return { ...limiterCounters(limiter), close: async () => redis.disconnect() }
}
