import type { IncomingMessage } from 'node:http'
import { callerOf } from '../admin/caller.ts'
import { checkAccess, refuse } from '../admin/refuse.ts'
import type { ResponseCache } from '../cache/response-cache.ts'
import { answerJson } from '../call/answer/answer.ts'
import { getKey } from '../call/request/context.ts'
import { targetPath } from '../call/request/request-facts.ts'
import type { LiteLLMError } from '../errors.ts'
import type { Gateway } from '../gateway.ts'
import { type Middleware, thenNext } from '../lib/http/middleware.ts'
import { object } from '../usage/shapes/reader.ts'
import { jsonOf } from './admin.ts'
import { type GatewayOption, gatewayOf } from './default-gateway.ts'

type CacheGateway = Pick<Gateway, 'calls'> & Partial<Pick<Gateway, 'cache'>>

/** Answers one request; `body` is that of a POST. */
type Answer = (cache: ResponseCache | undefined, body: unknown) => Promise<unknown>

const NOT_INITIALIZED = 'Cache not initialized. litellm.cache is None'

/** LiteLLM's endpoints of the cache, with its answers and errors. */
const ROUTES: Readonly<Record<string, Answer>> = {
  'GET /cache/ping': ping,
  'POST /cache/delete': deleteKeys,
  'POST /cache/flushall': flush,
  'GET /cache/redis/info': redisInfo,
  'GET /cache/settings': async (cache) => ({ fields: [], current_values: cache?.describe() ?? {} }),
}

/** Whether a request is for `cacheAdminEndpoint`. */
export function isCacheAdmin(req: IncomingMessage): boolean {
  return Object.hasOwn(ROUTES, routeOf(req))
}

/** `/cache/*`, for administrators: mount it after `litellmAuth`. */
export function cacheAdminEndpoint(options: GatewayOption<CacheGateway>): Middleware {
  const gateway = gatewayOf<CacheGateway>(options)

  return function litellmCacheAdminMiddleware(req, res, next) {
    thenNext(answer, (error) => error && next(error))

    async function answer(): Promise<void> {
      const refusal = checkAccess('admin', callerOf(getKey(req)), targetPath(req.url ?? '/'), false)
      if (refusal) throw refusal
      const body = req.method === 'POST' ? await jsonOf(req, res, gateway.calls) : undefined
      answerJson(res, 200, await ROUTES[routeOf(req)]?.(gateway.cache, body))
    }
  }
}

function routeOf({ method, url = '/' }: IncomingMessage): string {
  return `${method} ${targetPath(url)}`
}

/** A real write is part of it, as in LiteLLM. */
async function ping(cache: ResponseCache | undefined): Promise<unknown> {
  if (!cache) throw unhealthy(NOT_INITIALIZED, '{}', '{}')
  const { type } = cache.settings
  const params = JSON.stringify(cache.describe())
  try {
    const health = await cache.ping()
    const about = { status: 'healthy', cache_type: type }
    if (type !== 'redis') return { ...about, litellm_cache_params: params }
    const tried = { ping_response: true, set_cache_response: 'success' }
    return { ...about, ...tried, litellm_cache_params: params, health_check_cache_params: health }
  } catch (error) {
    throw unhealthy('Service Unhealthy', params, JSON.stringify(cache.settings.shown ?? {}), error)
  }
}

function unhealthy(message: string, params: string, health: string, cause?: unknown): LiteLLMError {
  const text = JSON.stringify({ message, litellm_cache_params: params, health_check_cache_params: health })
  return refuse(503, text, { type: 'cache_ping_error', param: 'cache_ping', cause })
}

async function deleteKeys(cache: ResponseCache | undefined, body: unknown): Promise<unknown> {
  if (!cache) throw refuse(500, `Cache Delete Failed(503: ${NOT_INITIALIZED})`)
  const { keys } = object(body)
  if (!Array.isArray(keys) || keys.some((key) => typeof key !== 'string')) {
    throw refuse(400, 'Cache Delete Failed(`keys` must be a list of texts)')
  }
  try {
    await cache.delete(keys)
  } catch (error) {
    throw refuse(500, `Cache Delete Failed(${(error as Error).message})`)
  }
  return { status: 'success' }
}

/** Only the entries below the namespace: LiteLLM takes all of the Redis, the counters of rate limits among it. */
async function flush(cache: ResponseCache | undefined): Promise<unknown> {
  await asked(cache, (found) => found.flush(), 'does not support flushing')
  return { status: 'success' }
}

async function redisInfo(cache: ResponseCache | undefined): Promise<unknown> {
  const { clients, info } = await asked(cache, (found) => found.facts(), 'does not support redis info')
  return {
    num_clients: clients?.length ?? -1,
    clients: clients ?? ['CLIENT LIST command not available on this Redis instance'],
    info: Object.fromEntries(Object.entries(info).map(([name, value]) => [name, pythonValue(value)])),
  }
}

async function asked<T>(
  cache: ResponseCache | undefined,
  ask: (cache: ResponseCache) => Promise<T> | undefined,
  lacking: string,
): Promise<T> {
  if (!cache) throw refuse(503, `Service Unhealthy (503: ${NOT_INITIALIZED})`)
  const answer = ask(cache)
  if (!answer) throw refuse(503, `Service Unhealthy (500: Cache type ${cache.settings.type} ${lacking})`)
  try {
    return await answer
  } catch (error) {
    throw refuse(503, `Service Unhealthy (${(error as Error).message})`)
  }
}

/** As LiteLLM's client of Redis reads a value: numbers, and lists of numbers by name. */
function pythonValue(value: string): unknown {
  if (/^-?\d+(\.\d+)?$/.test(value)) return Number(value)
  if (!/^[\w-]+=[^,]*(,[\w-]+=[^,]*)*$/.test(value)) return value
  return Object.fromEntries(
    value.split(',').map((part) => {
      const [name = '', said = ''] = part.split('=')
      return [name, pythonValue(said)]
    }),
  )
}
