import { ResponseCache } from '../cache/response-cache.ts'
import { createLocalStore } from '../cache/store/cache-store.ts'
import { createRedisStore } from '../cache/store/redis-store.ts'
import type { ResolvedOptions } from '../config/options.ts'
import type { GatewayEvents } from '../events.ts'

/** The response cache where one is asked for. A store that was passed in is borrowed: it is not closed. */
export function cacheOf({ cache }: ResolvedOptions, events: GatewayEvents): ResponseCache | undefined {
  if (!cache) return undefined
  const { redis, store: own, ...settings } = cache
  const store = own ?? (redis ? createRedisStore({ address: redis, waitMs: settings.waitMs }) : createLocalStore())
  return new ResponseCache({ settings, store: own ? { ...borrowed(own) } : store, events })
}

function borrowed(store: NonNullable<ResolvedOptions['cache']>['store'] & {}) {
  return {
    get: (key: string) => store.get(key),
    set: (key: string, value: string, ttlMs: number) => store.set(key, value, ttlMs),
    delete: (keys: readonly string[]) => store.delete(keys),
  }
}
