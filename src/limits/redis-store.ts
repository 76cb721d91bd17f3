import { once } from 'node:events'
import type { RateStore } from '../auth/rate-store.ts'
import { inTime } from '../in-time.ts'
import { openRedis } from '../redis/open-redis.ts'
import type { RedisAddress } from '../redis/redis-address.ts'
import { limiterCounters } from './limiter-counters.ts'
import { redisPlaces } from './redis-places.ts'

const PREFIX = 'express-litellm'
const COMMAND_MS = 500
/** How long the first calls wait for a connection. */
const CONNECT_MS = 2_000

/**
 * Counters and places in Redis, shared by all processes that use it. Resolves when it is connected, or when the first
 * attempt has failed or takes too long: calls that come before would be counted in one process only. Connects again in
 * the background; while it is not connected everything rejects at once. Rejects when the packages `ioredis` and `rate-limiter-flexible` are not installed.
 */
export async function openRedisStore(address: RedisAddress): Promise<RateStore> {
  // Only who shares limits needs this package.
  const [redis, { RateLimiterRedis }] = await Promise.all([
    openRedis(address, { commandTimeout: COMMAND_MS, maxRetriesPerRequest: 1 }),
    import('rate-limiter-flexible'),
  ])
  // An error of the first attempt ends the wait: what asks next is told that Redis is away.
  if (redis.status !== 'ready') await inTime(CONNECT_MS, once(redis, 'ready'), () => {}).catch(() => {})
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
