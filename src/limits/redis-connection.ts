import type { Redis } from 'ioredis'

export interface RedisAddress {
  /** "redis://..." or "rediss://..."; else host and port. */
  readonly url?: string
  readonly host?: string
  readonly port?: number
  readonly username?: string
  readonly password?: string
  readonly db?: number
}

const SETTINGS = {
  connectTimeout: 2_000,
  commandTimeout: 500,
  maxRetriesPerRequest: 1,
  /** A connection that is closed is given up after this: the timer would keep the process alive. */
  disconnectTimeout: 100,
}

/** Connects in the background, again and again. Rejects when the package `ioredis` is not installed. */
export async function connectRedis({ url, ...address }: RedisAddress): Promise<Redis> {
  // Only who shares something needs this package.
  const { Redis } = await import('ioredis')
  const redis = url ? new Redis(url, SETTINGS) : new Redis({ ...address, ...SETTINGS })
  // Told by every command that fails; without a listener it would be printed.
  redis.on('error', () => {})
  return redis
}
