import type { Place, RateStore } from '../auth/rate-store.ts'
import type { Redis } from '../redis/open-redis.ts'

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

/** Places in a Redis. While it is not connected everything rejects at once, and nothing is kept for later. */
export function redisPlaces(redis: Redis, prefix: string): Pick<RateStore, 'enter' | 'renew' | 'leave'> {
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
