import { openRedis } from '../../../lib/redis/open-redis.ts'
import type { RedisAddress } from '../../../lib/redis/redis-address.ts'

/**
 * Runs in Redis, so that one round trip is enough and the change is atomic. `KEYS[1]` is what all keys begin with. A gauge
 * is a hash from process to "count:time", because what a process that died has contributed must end with it.
 */
const EXCHANGE_SCRIPT = `
local prefix = KEYS[1]
local ask = cjson.decode(ARGV[1])
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)

for _, add in ipairs(ask.adds) do
  local key = prefix .. add[1]
  redis.call('INCRBYFLOAT', key, add[2])
  if redis.call('PTTL', key) < 0 then redis.call('PEXPIRE', key, add[3]) end
end
for _, gauge in ipairs(ask.gauges) do
  local key = prefix .. gauge[1]
  if gauge[2] == 0 then
    redis.call('HDEL', key, ask.process)
  else
    redis.call('HSET', key, ask.process, gauge[2] .. ':' .. now)
    redis.call('PEXPIRE', key, ask.goneMs)
  end
end
for _, push in ipairs(ask.pushes) do
  local key = prefix .. push[1]
  for _, sample in ipairs(push[2]) do redis.call('RPUSH', key, sample) end
  redis.call('LTRIM', key, -push[3], -1)
  redis.call('PEXPIRE', key, push[4])
end
for _, mark in ipairs(ask.marks) do
  redis.call('SET', prefix .. mark[1], 1, 'PX', mark[2])
end

local function others(key)
  local sum = 0
  local fields = redis.call('HGETALL', key)
  for i = 1, #fields, 2 do
    local count, seen = string.match(fields[i + 1], '(.*):(.*)')
    if now - tonumber(seen) > ask.goneMs then
      redis.call('HDEL', key, fields[i])
    elseif fields[i] ~= ask.process then
      sum = sum + tonumber(count)
    end
  end
  return sum
end

local answer = {}
for i, name in ipairs(ask.keys) do
  local key = prefix .. name
  local kind = redis.call('TYPE', key).ok
  local left = tostring(redis.call('PTTL', key))
  if kind == 'string' then
    answer[i] = { 'count', redis.call('GET', key), left }
  elseif kind == 'hash' then
    answer[i] = { 'gauge', tostring(others(key)) }
  elseif kind == 'list' then
    local samples = redis.call('LRANGE', key, 0, -1)
    table.insert(samples, 1, left)
    table.insert(samples, 1, 'samples')
    answer[i] = samples
  else
    answer[i] = { 'none' }
  end
end
return answer
`

/** What a process has done since the last time, and what it wants to know. */
export interface Exchange {
  /** Who asks. */
  readonly process: string
  /** `[key, amount, ttlMs]`. */
  readonly adds: readonly (readonly [string, number, number])[]
  /** `[key, count]`: what this process contributes, as a whole. */
  readonly gauges: readonly (readonly [string, number])[]
  /** `[key, samples, keep, ttlMs]`. */
  readonly pushes: readonly (readonly [string, readonly number[], number, number])[]
  /** `[key, ttlMs]`. */
  readonly marks: readonly (readonly [string, number])[]
  /** To be told. */
  readonly keys: readonly string[]
  /** A process that has not spoken for so long is gone, and what it contributed with it. */
  readonly goneMs: number
}

/** What is known under a key now: nothing, a counter or mark, what the other processes contribute, or samples. */
export type Known =
  | undefined
  | { readonly count: number; readonly endsInMs: number }
  | { readonly others: number }
  | { readonly samples: readonly number[]; readonly endsInMs: number }

export interface OpenExchange {
  /** One round trip, all or nothing. The answers are in the order of `keys`. Rejects at once while not connected. */
  exchange(exchange: Exchange): Promise<readonly Known[]>
  close(): Promise<void>
}

const COMMAND_MS = 500
/** One hash tag, so that all keys lie together in a cluster too. */
const PREFIX = '{express-litellm:router}:'

export async function openRedisExchange(address: RedisAddress): Promise<OpenExchange> {
  const redis = await openRedis(address, { commandTimeout: COMMAND_MS, maxRetriesPerRequest: 1 })
  return {
    async exchange(exchange) {
      if (redis.status !== 'ready') throw new Error('Redis is not connected.')
      const answer = await redis.eval(EXCHANGE_SCRIPT, 1, PREFIX, JSON.stringify(exchange))
      return (answer as readonly (readonly string[])[]).map(knownOf)
    },
    close: async () => redis.disconnect(),
  }
}

function knownOf([kind, first = '0', ...rest]: readonly string[]): Known {
  if (kind === 'count') return { count: Number(first), endsInMs: Number(rest[0]) }
  if (kind === 'gauge') return { others: Number(first) }
  if (kind === 'samples') return { samples: rest.map(Number), endsInMs: Number(first) }
  return undefined
}
