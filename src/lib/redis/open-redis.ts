import type { Redis, RedisOptions } from 'ioredis'
import type { RedisAddress } from './redis-address.ts'

export type { Redis } from 'ioredis'

const CONNECT_MS = 2_000
/** A connection that is closed is given up after this: the timer would keep the process alive. */
const DISCONNECT_MS = 100
/** Longest pause between two attempts to connect. */
const RECONNECT_MS = 1_000

/**
 * A client of one Redis, of whichever server its sentinels name, or of a cluster. Connects in the background, again and
 * again. Rejects when the package `ioredis` is not installed.
 */
export async function openRedis(address: RedisAddress, settings: RedisOptions): Promise<Redis> {
  // Only who shares something needs this package.
  const { Cluster, Redis } = await import('ioredis')
  const { url, cluster, sentinel, tls, ...place } = address
  const retryStrategy = (attempt: number) => Math.min(attempt * 100, RECONNECT_MS)
  const options: RedisOptions = {
    ...(tls && { tls: {} }),
    connectTimeout: CONNECT_MS,
    disconnectTimeout: DISCONNECT_MS,
    retryStrategy,
    ...settings,
  }
  const redis = cluster
    ? openCluster(cluster)
    : url
      ? new Redis(url, options)
      : new Redis({ ...place, ...watched(), ...options })
  // Told by every command that fails; without a listener it would be printed.
  redis.on('error', () => {})
  return redis

  function openCluster(nodes: NonNullable<typeof cluster>): Redis {
    const { username, password } = place
    const client = new Cluster([...nodes], {
      redisOptions: { username, password, ...options },
      enableOfflineQueue: settings.enableOfflineQueue,
      clusterRetryStrategy: retryStrategy,
    })
    // It has the same commands.
    return client as unknown as Redis
  }

  function watched(): RedisOptions {
    if (!sentinel) return {}
    const { nodes, service, password } = sentinel
    return { sentinels: [...nodes], name: service, sentinelPassword: password, sentinelRetryStrategy: retryStrategy }
  }
}
