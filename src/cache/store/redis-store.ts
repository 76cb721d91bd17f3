import { openRedis, type Redis } from '../../lib/redis/open-redis.ts'
import type { RedisAddress } from '../../lib/redis/redis-address.ts'
import { isEntryOf, type ManagedStore, type RedisFacts } from './cache-store.ts'

export interface RedisStoreOptions {
  readonly address: RedisAddress
  /** How long a command may take. */
  readonly waitMs: number
}

/** Keys that one step of a scan looks at. */
const SCAN_COUNT = 1_000

/**
 * Keeps answers in a Redis: a single one, the one that sentinels name, or a cluster. Connects in the background, on first
 * use again; while it is not connected every method rejects, at once or after `waitMs`.
 */
export function createRedisStore({ address, waitMs }: RedisStoreOptions): Required<ManagedStore> {
  // `maxRetriesPerRequest`: what waits for a connection is given up with the first attempt that fails.
  const opening = openRedis(address, { commandTimeout: waitMs, maxRetriesPerRequest: 0 })
  opening.catch(() => {})

  return {
    get: (key) => told(async (redis) => (await redis.get(key)) ?? undefined),
    set: (key, value, ttlMs) => told(async (redis) => void (await redis.set(key, value, 'PX', ttlMs))),
    // One by one: the keys of a cluster are on several servers.
    delete: (keys) => told(async (redis) => void (await Promise.all(keys.map((key) => redis.del(key))))),
    flush: (namespace) => told((redis) => flush(redis, namespace)),
    ping: () => told(async (redis) => void (await redis.ping())),
    facts: () => told(factsOf),
    async close() {
      const redis = await opening.catch(() => undefined)
      redis?.disconnect()
    },
  }

  async function told<T>(ask: (redis: Redis) => Promise<T>): Promise<T> {
    try {
      return await ask(await opening)
    } catch (error) {
      throw withoutCommand(error)
    }
  }
}

/** SECURITY: an error of ioredis carries its command, and some messages quote it: there are prompts and answers in that. */
function withoutCommand(error: unknown): Error {
  const { code, message = '', name } = error as Error & { readonly code?: string }
  const [kind] =
    /^(?:[A-Z]{2,}\b|Connection is closed|Command timed out|Cannot find package '[\w-]+')/.exec(message) ?? []
  return new Error(`Redis does not answer as it should: ${code ?? kind ?? name}`)
}

async function flush(redis: Redis, namespace: string | undefined): Promise<number> {
  let count = 0
  for (const node of mastersOf(redis)) {
    let cursor = '0'
    do {
      const [next, keys] = await node.scan(cursor, 'MATCH', `${globOf(namespace)}*`, 'COUNT', SCAN_COUNT)
      const entries = keys.filter((key) => isEntryOf(namespace, key))
      await Promise.all(entries.map((key) => redis.del(key)))
      count += entries.length
      cursor = next
    } while (cursor !== '0')
  }
  return count
}

function globOf(namespace: string | undefined): string {
  return namespace === undefined ? '' : `${namespace.replace(/[\\*?[\]]/g, '\\$&')}:`
}

/** A cluster is asked server by server. */
function mastersOf(redis: Redis): readonly Redis[] {
  const { nodes } = redis as { readonly nodes?: (role: 'master') => Redis[] }
  return nodes ? nodes.call(redis, 'master') : [redis]
}

async function factsOf(redis: Redis): Promise<RedisFacts> {
  const [node = redis] = mastersOf(redis)
  const list = await node.call('CLIENT', 'LIST').catch(() => undefined)
  const clients =
    typeof list === 'string'
      ? list
          .split('\n')
          .filter(Boolean)
          .map((line) => pairs(line, ' ', '='))
      : undefined
  return { clients, info: pairs(await node.info(), /\r?\n/, ':') }
}

function pairs(text: string, between: string | RegExp, sign: string): Record<string, string> {
  const found = text.split(between).flatMap((part): [string, string][] => {
    const at = part.indexOf(sign)
    return at <= 0 || part.startsWith('#') ? [] : [[part.slice(0, at), part.slice(at + 1)]]
  })
  return Object.fromEntries(found)
}
