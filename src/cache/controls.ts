import { LiteLLMError } from '../errors.ts'
import type { Call, Json } from '../types.ts'
import type { CacheSettings } from './settings.ts'

/** What a request says about how it is cached: LiteLLM's body members `cache` and `caching`, and `Cache-Control`. */
export interface CacheControls {
  /** A stored answer may be served. */
  readonly reads: boolean
  /** The answer may be stored. */
  readonly writes: boolean
  /** How long this answer is kept, in seconds. `undefined`: as the settings say. */
  readonly ttlSeconds?: number | undefined
  /** A stored answer that is older, in seconds, is none. */
  readonly maxAgeSeconds?: number | undefined
  readonly namespace?: string | undefined
}

/** `undefined`: this call has nothing to do with the cache. Throws `bad_request` for a control of a wrong type. */
export function controlsOf(
  { json = {} }: Pick<Call, 'json'>,
  header: string | undefined,
  { mode, ttlSeconds }: Pick<CacheSettings, 'mode' | 'ttlSeconds'>,
): CacheControls | undefined {
  const asked = objectIn(json.cache)
  if (mode === 'default_off' && asked['use-cache'] !== true) return undefined
  const kept = secondsIn(asked, 'ttl')
  return {
    reads: asked['no-cache'] !== true && json.caching !== false,
    writes: asked['no-store'] !== true && kept !== 0,
    // LiteLLM lets a configured time win over that of the header.
    ttlSeconds: kept ?? (ttlSeconds === undefined ? sharedMaxAge(header) : undefined),
    maxAgeSeconds: secondsIn(asked, 's-max-age') ?? secondsIn(asked, 's-maxage'),
    namespace: textIn(asked, 'namespace') ?? redisNamespace(json.metadata),
  }
}

function objectIn(value: unknown): Json {
  if (value === undefined || value === null) return {}
  if (typeof value !== 'object' || Array.isArray(value))
    throw refused('cache', 'an object, for example {"no-cache": true}')
  return value as Json
}

/** Whole seconds, as Python's `int` makes them. */
function secondsIn(asked: Json, name: string): number | undefined {
  const value = asked[name]
  if (value === undefined || value === null) return undefined
  const seconds = typeof value === 'string' && value.trim() !== '' ? Number(value) : value
  if (typeof seconds !== 'number' || !(seconds >= 0) || seconds === Number.POSITIVE_INFINITY) {
    throw refused(`cache.${name}`, 'a number of seconds')
  }
  return Math.floor(seconds)
}

function textIn(asked: Json, name: string): string | undefined {
  const value = asked[name]
  if (value === undefined || value === null || value === '') return undefined
  if (typeof value !== 'string') throw refused(`cache.${name}`, 'text')
  return value
}

function redisNamespace(metadata: unknown): string | undefined {
  const named = (metadata as Json | undefined | null)?.redis_namespace
  return typeof named === 'string' && named !== '' ? named : undefined
}

/** LiteLLM heeds nothing else of `Cache-Control`. */
function sharedMaxAge(header: string | undefined): number | undefined {
  const [, seconds] = /(?:^|,)\s*s-maxage\s*=\s*"?(\d+)/i.exec(header ?? '') ?? []
  return seconds === undefined ? undefined : Number(seconds)
}

function refused(param: string, rule: string): LiteLLMError {
  return new LiteLLMError('bad_request', { param, message: `\`${param}\` must be ${rule}.` })
}
