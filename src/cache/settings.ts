import type { Json } from '../types.ts'

/** Who may be served an answer: everybody, as in LiteLLM, or who is of the same team or has the same key. */
export type CacheScope = 'shared' | 'team' | 'key'

/** What the operator says about the response cache: LiteLLM's `litellm_settings.cache_params`. */
export interface CacheSettings {
  /** Where answers are kept: `redis`, `local`, or a store of the user's own. */
  readonly type: string
  /** What every key begins with. */
  readonly namespace?: string
  /** How long an answer is kept. `undefined`: a minute in Redis, ten in memory. */
  readonly ttlSeconds?: number
  /** LiteLLM's call types whose answers are kept. `undefined`: all that can be. */
  readonly callTypes?: readonly string[]
  /** `default_off`: only calls that say `cache: {"use-cache": true}`. */
  readonly mode: 'default_on' | 'default_off'
  /** Calls with more messages are neither looked up nor stored. `undefined`: with however many. */
  readonly maxMessages?: number
  readonly scope: CacheScope
  /** Answers that are larger are not stored. */
  readonly maxBytes: number
  /** Parameters that no list of LiteLLM's names are part of the key. */
  readonly keysAllParams: boolean
  /** The longest that a call waits for the store. */
  readonly waitMs: number
  /** How long an answer that is out of date is still served, while one call renews it. */
  readonly staleMs: number
  /** Where the Redis is, without what lets anybody in: for the endpoints of operators. */
  readonly shown?: Json
}

/** LiteLLM's times for an answer when nobody says one. */
const DEFAULT_TTL_SECONDS: Readonly<Record<string, number>> = { local: 600, redis: 60 }

export function ttlMsOf({ type, ttlSeconds }: CacheSettings, asked: number | undefined): number {
  return (asked ?? ttlSeconds ?? DEFAULT_TTL_SECONDS[type] ?? 60) * 1000
}
