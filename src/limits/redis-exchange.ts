import { openRedis } from '../redis/open-redis.ts'
import type { RedisAddress } from '../redis/redis-address.ts'
import { EXCHANGE_SCRIPT } from './exchange-script.ts'

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
