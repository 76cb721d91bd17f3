import type { RateStore } from '../auth/rate-store.ts'
import { openRedis } from '../redis/open-redis.ts'
import type { RedisAddress } from '../redis/redis-address.ts'
import { limiterCounters } from './limiter-counters.ts'
import { redisPlaces } from './redis-places.ts'

const PREFIX = 'express-litellm'
const COMMAND_MS = 500

/**
 * Counters and places in Redis, shared by all processes that use it. Connects in the background; while it is not
 * connected everything rejects at once. Rejects when the packages `ioredis` and `rate-limiter-flexible` are not installed.
 */
export async function openRedisStore(address: RedisAddress): Promise<RateStore> {
  // Only who shares limits needs this package.
  const [redis, { RateLimiterRedis }] = await Promise.all([
    openRedis(address, { commandTimeout: COMMAND_MS, maxRetriesPerRequest: 1 }),
    import('rate-limiter-flexible'),
  ])
  const limiter = new RateLimiterRedis({
    storeClient: redis,
    rejectIfRedisNotReady: true,
    keyPrefix: PREFIX,
    points: 1,
    duration: 60,
  })
  return {
    ...limiterCounters(limiter),
    ...redisPlaces(redis, PREFIX),
    close: async () => redis.disconnect(),
  }
}
