import { problems } from '../lib/config-error.ts'
import type { Environment } from '../lib/environment.ts'
import { text } from '../lib/json.ts'
import { REDIS_NODES_RULE, type RedisAddress, type RedisNode, redisNodesOf, whole } from '../lib/redis/redis-address.ts'
import type { LitellmSettings, RouterSectionSettings } from './settings/read-settings.ts'

const TITLE = 'Invalid configuration:'

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
  const placed = (isRedis && placeOf(inFile(params))) || placeOf(inEnvironment(env, params.port))
  if (!placed) return undefined
  return 'url' in placed ? placed : { ...placed, ...account }
}

interface Named extends Pick<RedisAddress, 'url' | 'host' | 'port' | 'cluster'> {
  readonly sentinels?: readonly RedisNode[]
  readonly service?: string
  readonly sentinelPassword?: string
  /** What sentinels are named by, and what their service is. */
  readonly names: readonly [sentinels: string, service: string]
}

function inFile(params: NonNullable<LitellmSettings['cacheParams']>): Named {
  return {
    cluster: params.redis_startup_nodes,
    sentinels: params.sentinel_nodes,
    service: params.service_name,
    sentinelPassword: params.sentinel_password,
    url: params.url,
    host: params.host,
    port: params.port,
    names: ['sentinel_nodes', 'service_name'],
  }
}

function inEnvironment(env: Environment, port: number | undefined): Named {
  return {
    cluster: nodes(env, 'REDIS_CLUSTER_NODES'),
    sentinels: nodes(env, 'REDIS_SENTINEL_NODES'),
    service: text(env.REDIS_SERVICE_NAME),
    sentinelPassword: text(env.REDIS_SENTINEL_PASSWORD),
    url: text(env.REDIS_URL),
    host: text(env.REDIS_HOST),
    port: port ?? whole(env.REDIS_PORT),
    names: ['REDIS_SENTINEL_NODES', 'REDIS_SERVICE_NAME'],
  }
}

type Place = Pick<RedisAddress, 'url' | 'host' | 'port' | 'cluster' | 'sentinel'>

function placeOf({ cluster, sentinels, service, sentinelPassword, url, host, port, names }: Named): Place | undefined {
  if (cluster) return { cluster }
  if (sentinels) {
    if (!service) throw problems(TITLE, [`\`${names[0]}\` needs \`${names[1]}\`.`])
    return { sentinel: { nodes: sentinels, service, password: sentinelPassword } }
  }
  if (url) return { url }
  return host ? { host, port: port ?? 6379 } : undefined
}

function nodes(env: Environment, name: string): readonly RedisNode[] | undefined {
  const given = env[name]
  if (!given) return undefined
  const found = redisNodesOf(given)
  if (!found) throw problems(TITLE, [`\`${name}\` ${REDIS_NODES_RULE}.`])
  return found
}

/** The Redis of the router alone: LiteLLM's `router_settings.redis_url`, or `redis_host` and its siblings. */
export function routerRedisOf(router: RouterSectionSettings): RedisAddress | undefined {
  const { redisUrl: url, redisHost: host, redisPort: port = 6379, redisPassword: password, redisDb: db } = router
  if (url) return { url }
  return host ? { host, port, password, db } : undefined
}
