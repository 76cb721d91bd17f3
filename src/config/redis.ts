import type { Json } from '../types.ts'
import type { Environment } from './environment.ts'

/** Where the Redis is that several processes share. */
export interface RedisSettings {
  readonly url?: string
  readonly host?: string
  readonly port?: number
  readonly username?: string
  readonly password?: string
  readonly db?: number
}

/**
 * LiteLLM's Redis: `litellm_settings.cache_params` first, then `REDIS_URL`, then `REDIS_HOST`, `REDIS_PORT`,
 * `REDIS_USERNAME`, `REDIS_PASSWORD`. `undefined`: none is named.
 */
export function redisOf(litellmSettings: Json, env: Environment): RedisSettings | undefined {
  const params = (litellmSettings.cache_params ?? {}) as Json
  const isRedis = params.type === undefined || params.type === 'redis'
  const given = isRedis ? { url: text(params.url), host: text(params.host) } : {}
  const url = given.url ?? (given.host ? undefined : text(env.REDIS_URL))
  if (url) return { url }
  const host = given.host ?? text(env.REDIS_HOST)
  if (!host) return undefined
  return {
    host,
    port: whole(params.port) ?? whole(env.REDIS_PORT) ?? 6379,
    username: text(params.username) ?? text(env.REDIS_USERNAME),
    password: text(params.password) ?? text(env.REDIS_PASSWORD),
    db: whole(params.db),
  }
}

/** The Redis of the router: LiteLLM's `router_settings.redis_url`, or `redis_host` and its siblings, before the others. */
export function routerRedisOf(
  routerSettings: Json,
  litellmSettings: Json,
  env: Environment,
): RedisSettings | undefined {
  const url = text(routerSettings.redis_url)
  if (url) return { url }
  const host = text(routerSettings.redis_host)
  if (!host) return redisOf(litellmSettings, env)
  return {
    host,
    port: whole(routerSettings.redis_port) ?? 6379,
    password: text(routerSettings.redis_password),
    db: whole(routerSettings.redis_db),
  }
}

function text(value: unknown): string | undefined {
  return typeof value === 'string' && value !== '' ? value : undefined
}

function whole(value: unknown): number | undefined {
  const number = typeof value === 'string' && value.trim() !== '' ? Number(value) : value
  return typeof number === 'number' && Number.isInteger(number) ? number : undefined
}
