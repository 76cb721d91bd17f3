import { problems } from '../lib/config-error.ts'
import { type Environment, isPlainObject } from '../lib/environment.ts'
import type { RedisAddress, RedisNode } from '../lib/redis/redis-address.ts'
import type { LitellmSettings, RouterSectionSettings } from './settings/read-settings.ts'

/**
 * LiteLLM's Redis: `litellm_settings.cache_params` first, then the environment. In either a cluster
 * (`redis_startup_nodes`, `REDIS_CLUSTER_NODES`) goes before sentinels (`sentinel_nodes`, `REDIS_SENTINEL_NODES`),
 * these before a URL, and that before a host. `undefined`: none is named.
 */
export function redisOf(env: Environment, params: LitellmSettings['cacheParams'] = {}): RedisAddress | undefined {
  const isRedis = params.type === undefined || params.type === 'redis'
  const account = {
    username: params.username ?? text(env.REDIS_USERNAME),
    password: params.password ?? text(env.REDIS_PASSWORD),
    db: params.db ?? whole(env.REDIS_DB),
    ...((params.ssl || /^true$/i.test(env.REDIS_SSL ?? '')) && { tls: true }),
  }
  const placed = (isRedis && placeOf(params, IN_FILE)) || placeOf(env, IN_ENVIRONMENT, params.port)
  if (!placed) return undefined
  return 'url' in placed ? placed : { ...placed, ...account }
}

interface Names {
  readonly cluster: string
  readonly sentinels: string
  readonly service: string
  readonly sentinelPassword: string
  readonly url: string
  readonly host: string
  readonly port: string
}

const IN_FILE: Names = {
  cluster: 'redis_startup_nodes',
  sentinels: 'sentinel_nodes',
  service: 'service_name',
  sentinelPassword: 'sentinel_password',
  url: 'url',
  host: 'host',
  port: 'port',
}

const IN_ENVIRONMENT: Names = {
  cluster: 'REDIS_CLUSTER_NODES',
  sentinels: 'REDIS_SENTINEL_NODES',
  service: 'REDIS_SERVICE_NAME',
  sentinelPassword: 'REDIS_SENTINEL_PASSWORD',
  url: 'REDIS_URL',
  host: 'REDIS_HOST',
  port: 'REDIS_PORT',
}

type Place = Pick<RedisAddress, 'url' | 'host' | 'port' | 'cluster' | 'sentinel'>

function placeOf(from: Readonly<Record<string, unknown>>, names: Names, port?: number): Place | undefined {
  const cluster = nodes(from, names.cluster)
  if (cluster) return { cluster }
  const sentinels = nodes(from, names.sentinels)
  const service = text(from[names.service])
  if (sentinels) {
    if (!service) throw problems('Invalid configuration:', [`\`${names.sentinels}\` needs \`${names.service}\`.`])
    return { sentinel: { nodes: sentinels, service, password: text(from[names.sentinelPassword]) } }
  }
  const url = text(from[names.url])
  if (url) return { url }
  const host = text(from[names.host])
  return host === undefined ? undefined : { host, port: port ?? whole(from[names.port]) ?? 6379 }
}

/** `[["host", 26379]]` or `[{"host": "host", "port": 7000}]`, in the environment as JSON. */
function nodes(from: Readonly<Record<string, unknown>>, name: string): readonly RedisNode[] | undefined {
  const given = from[name]
  if (given === undefined || given === null || given === '') return undefined
  const list = typeof given === 'string' ? parsed(given) : given
  const found = Array.isArray(list) ? list.map(nodeOf) : []
  if (found.length > 0 && found.every((node) => node !== undefined)) return found
  throw problems('Invalid configuration:', [`\`${name}\` must be a list of hosts and ports: [["redis", 26379]].`])
}

function nodeOf(given: unknown): RedisNode | undefined {
  const [host, port] = Array.isArray(given) ? given : isPlainObject(given) ? [given.host, given.port] : []
  const [named, numbered] = [text(host), whole(port)]
  return named === undefined || numbered === undefined ? undefined : { host: named, port: numbered }
}

function parsed(json: string): unknown {
  try {
    return JSON.parse(json)
  } catch {
    return undefined
  }
}

/** The Redis of the router alone: LiteLLM's `router_settings.redis_url`, or `redis_host` and its siblings. */
export function routerRedisOf(router: RouterSectionSettings): RedisAddress | undefined {
  const { redisUrl: url, redisHost: host, redisPort: port = 6379, redisPassword: password, redisDb: db } = router
  if (url) return { url }
  return host ? { host, port, password, db } : undefined
}

function text(value: unknown): string | undefined {
  return typeof value === 'string' && value !== '' ? value : undefined
}

function whole(value: unknown): number | undefined {
  const number = typeof value === 'string' && value.trim() !== '' ? Number(value) : value
  return typeof number === 'number' && Number.isInteger(number) ? number : undefined
}
