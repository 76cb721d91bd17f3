import { ResponseCache } from '../cache/response-cache.ts'
import { createLocalStore } from '../cache/store/cache-store.ts'
import { createRedisStore } from '../cache/store/redis-store.ts'
import type { ResolvedOptions } from '../config/options.ts'
import type { GatewayEvents } from '../events.ts'
import type { RedisAddress } from '../lib/redis/redis-address.ts'
import { withoutCredentials } from '../lib/secrets.ts'
import type { Json } from '../types.ts'

/** The response cache where one is asked for. A store that was passed in is borrowed: it is not closed. */
export function cacheOf({ cache }: ResolvedOptions, events: GatewayEvents): ResponseCache | undefined {
  if (!cache) return undefined
  const { redis, store: own, ...settings } = cache
  const store = own ?? (redis ? createRedisStore({ address: redis, waitMs: settings.waitMs }) : createLocalStore())
  const shown = redis && shownOf(redis, settings.waitMs)
  return new ResponseCache({
    settings: { ...settings, ...(shown && { shown }) },
    store: own ? borrowed(own) : store,
    events,
  })
}

/** Without users and passwords. */
function shownOf({ url, host, port, db, cluster, sentinel }: RedisAddress, waitMs: number): Json {
  const place = {
    host,
    port,
    db,
    startup_nodes: cluster,
    sentinel_nodes: sentinel?.nodes,
    service_name: sentinel?.service,
  }
  const given = Object.entries({ url: url && withoutCredentials(url), ...place, socket_timeout: waitMs / 1000 })
  return Object.fromEntries(given.filter(([, value]) => value !== undefined))
}

function borrowed(store: NonNullable<ResolvedOptions['cache']>['store'] & {}) {
  return {
    get: (key: string) => store.get(key),
    set: (key: string, value: string, ttlMs: number) => store.set(key, value, ttlMs),
    delete: (keys: readonly string[]) => store.delete(keys),
  }
}
