import type { RateStore } from '../auth/rate-store.ts'
import type { RedisAddress } from '../types.ts'
import { limiterCounters } from './limiter-counters.ts'
import { redisPlaces } from './redis-places.ts'

const PREFIX = 'express-litellm'
const CONNECT_MS = 2_000
const COMMAND_MS = 500
/** A connection that is closed is given up after this: the timer would keep the process alive. */
const DISCONNECT_MS = 100

/**
 * Counters and places in Redis, shared by all processes that use it. Connects in the background; while it is not
 * connected everything rejects at once. Rejects when the packages `ioredis` and `rate-limiter-flexible` are not installed.
 */
export async function openRedisStore({ url, ...address }: RedisAddress): Promise<RateStore> {
  // Only who shares limits needs these packages.
  const [{ Redis }, { RateLimiterRedis }] = await Promise.all([import('ioredis'), import('rate-limiter-flexible')])
  const settings = {
    connectTimeout: CONNECT_MS,
    commandTimeout: COMMAND_MS,
    maxRetriesPerRequest: 1,
    disconnectTimeout: DISCONNECT_MS,
  }
  const redis = url ? new Redis(url, settings) : new Redis({ ...address, ...settings })
  // Told by everything that fails; without a listener it would be printed.
  redis.on('error', () => {})
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
