import type { Redis } from 'ioredis'

/** Takes the lock where it is free, and keeps it where it is ours. */
const TAKE = `
  local owner = redis.call('get', KEYS[1])
  if owner and owner ~= ARGV[1] then return 0 end
  redis.call('set', KEYS[1], ARGV[1], 'px', ARGV[2])
  return 1`

const RELEASE = `
  if redis.call('get', KEYS[1]) == ARGV[1] then redis.call('del', KEYS[1]) end
  return 1`

/**
 * A lock with an owner that lapses after `ttlMs` unless it is taken again. A process that stands still for longer may
 * meet a second owner: what the lock guards must bear that.
 */
export class RedisLock {
  readonly #redis: Redis
  readonly #key: string
  readonly #owner: string
  readonly #ttlMs: number

  constructor(redis: Redis, key: string, owner: string, ttlMs: number) {
    this.#redis = redis
    this.#key = key
    this.#owner = owner
    this.#ttlMs = ttlMs
  }

  /** Whether the lock is ours, for another `ttlMs`. */
  async take(): Promise<boolean> {
    return (await this.#redis.eval(TAKE, 1, this.#key, this.#owner, this.#ttlMs)) === 1
  }

  /** Lets it go if it is ours. */
  async release(): Promise<void> {
    await this.#redis.eval(RELEASE, 1, this.#key, this.#owner)
  }
}
