import type { CacheSettings } from '../cache/settings.ts'
import type { CacheStore } from '../cache/store/cache-store.ts'
import { suggest } from '../lib/config-error.ts'
import type { RedisAddress } from '../lib/redis/redis-address.ts'
import type { Json } from '../types.ts'
import { cacheParamsShape } from './settings/cache-params.ts'
import type { LitellmSettings } from './settings/read-settings.ts'

/** The response cache as it was asked for; `undefined`: there is none. */
export interface CacheOptions extends CacheSettings {
  /** Where the Redis is, for `type: redis`. */
  readonly redis?: RedisAddress
  readonly store?: CacheStore
}

interface CacheSource {
  readonly settings: LitellmSettings
  /** `cache_params` as they were written. */
  readonly written: Json
  readonly redis: RedisAddress | undefined
  readonly store: CacheStore | undefined
}

/** How long a call waits for a store that is away, where `socket_timeout` says nothing. */
const WAIT_MS = 500
const MAX_BYTES = 8 << 20
/** LiteLLM's bound since 1.10x: long conversations are not cached. */
const MAX_MESSAGES = 4

/** LiteLLM's call types that can be kept here, and those of its functions that a proxy never calls. */
const CALL_TYPES: ReadonlySet<string> = new Set([
  ...['acompletion', 'aembedding', 'atext_completion', 'atranscription', 'arerank', 'aresponses', 'anthropic_messages'],
  ...['completion', 'embedding', 'text_completion', 'transcription', 'rerank', 'responses', 'aanthropic_messages'],
])

/** The response cache that the settings ask for, and what of them is not acted on. */
export function cacheOf(source: CacheSource): { readonly cache?: CacheOptions; readonly ignored: readonly string[] } {
  const { settings, redis, store } = source
  const params = settings.cacheParams ?? {}
  const ignored = unknownParams(source)
  if (settings.cache !== true && !store) return { ignored }
  const type = store ? 'own' : (params.type ?? 'redis')
  if (!store && type !== 'redis' && type !== 'local') {
    return { ignored: [...ignored, `litellm_settings.cache_params.type: ${type} (only redis and local)`] }
  }
  if (type === 'redis' && !redis) return { ignored: [...ignored, 'litellm_settings.cache (no Redis is named)'] }
  return {
    ignored,
    cache: { ...settingsOf(type, settings), ...(type === 'redis' && { redis }), ...(store && { store }) },
  }
}

function settingsOf(type: string, settings: LitellmSettings): CacheSettings {
  const { cacheParams: params = {}, defaultRedisTtl } = settings
  const { enableCachingOnProviderSpecificOptionalParams: isKeyed } = settings
  const own = type === 'local' ? params.default_in_memory_ttl : params.default_in_redis_ttl
  const ttl = own ?? params.ttl ?? (type === 'redis' ? defaultRedisTtl : undefined)
  const { max_messages: most = MAX_MESSAGES } = params
  return {
    type,
    ...(params.namespace !== undefined && { namespace: params.namespace }),
    ...(ttl !== undefined && { ttlSeconds: Math.floor(ttl) }),
    ...(params.supported_call_types && { callTypes: params.supported_call_types }),
    ...(most !== 'none' && { maxMessages: most }),
    mode: params.mode ?? 'default_on',
    scope: params.scope ?? 'shared',
    maxBytes: params.max_bytes ?? MAX_BYTES,
    keysAllParams: isKeyed === true,
    waitMs: params.socket_timeout === undefined ? WAIT_MS : Math.ceil(params.socket_timeout * 1000),
    staleMs: (params.stale_while_revalidate ?? 0) * 1000,
  }
}

function unknownParams({ written, settings }: CacheSource): readonly string[] {
  const known = Object.keys(cacheParamsShape)
  const names = Object.keys(written).filter((name) => !Object.hasOwn(cacheParamsShape, name))
  const types = settings.cacheParams?.supported_call_types ?? []
  return [
    ...names.map((name) => {
      const near = suggest(name, known, 2)
      return `litellm_settings.cache_params.${name}${near === undefined ? '' : ` (did you mean ${near}?)`}`
    }),
    ...types
      .filter((type) => !CALL_TYPES.has(type))
      .map((type) => `litellm_settings.cache_params.supported_call_types: ${type}`),
  ]
}
