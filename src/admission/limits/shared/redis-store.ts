import { once } from 'node:events'
import { openRedis, type Redis } from '../../../lib/redis/open-redis.ts'
import type { RedisAddress } from '../../../lib/redis/redis-address.ts'
import { withTimeout } from '../../../lib/with-timeout.ts'
import type { Place, RateCounters, RateStore } from '../rate-counters.ts'

/*
 * The running calls of a counter are the members of a sorted set, by the time at which each gives up its place. Times are
 * the server's. The keys hold LiteLLM's braces, so a script finds all of its keys on one node of a cluster.
 */

const NOW = `
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)`

const ENTER = `${NOW}
redis.call('ZREMRANGEBYSCORE', KEYS[1], '-inf', now)
local used = redis.call('ZCARD', KEYS[1])
if not redis.call('ZSCORE', KEYS[1], ARGV[1]) then used = used + 1 end
if used > tonumber(ARGV[2]) then return used end
redis.call('ZADD', KEYS[1], now + ARGV[3], ARGV[1])
redis.call('PEXPIRE', KEYS[1], ARGV[3])
return used`

const RENEW = `${NOW}
for i = 2, #ARGV do redis.call('ZADD', KEYS[1], now + ARGV[1], ARGV[i]) end
redis.call('PEXPIRE', KEYS[1], ARGV[1])`

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
  if (redis.status !== 'ready') await withTimeout(CONNECT_MS, once(redis, 'ready'), () => {}).catch(() => {})
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

/** What is needed of a limiter of rate-limiter-flexible: any of its stores has it. */
interface LimiterLike {
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

/** Places in a Redis. While it is not connected everything rejects at once, and nothing is kept for later. */
function redisPlaces(redis: Redis, prefix: string): Pick<RateStore, 'enter' | 'renew' | 'leave'> {
  const keyOf = (counter: string) => `${prefix}:places:${counter}`

  return {
    async enter({ counter, callId }, limit, ttlMs) {
      return Number(await ready().eval(ENTER, 1, keyOf(counter), callId, limit, ttlMs))
    },
    async renew(places, ttlMs) {
      const calls = [...byCounter(places)]
      await Promise.all(calls.map(([counter, ids]) => ready().eval(RENEW, 1, keyOf(counter), ttlMs, ...ids)))
    },
    async leave(places) {
      await Promise.all([...byCounter(places)].map(([counter, ids]) => ready().zrem(keyOf(counter), ...ids)))
    },
  }

  function ready(): Redis {
    if (redis.status !== 'ready') throw new Error('Redis is not connected')
    return redis
  }
}

function byCounter(places: readonly Place[]): ReadonlyMap<string, readonly string[]> {
  const found = new Map<string, string[]>()
  for (const { counter, callId } of places) found.set(counter, [...(found.get(counter) ?? []), callId])
  return found
}
