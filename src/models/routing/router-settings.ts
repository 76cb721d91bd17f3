import { ConfigError } from '../../errors.ts'
import type { Json } from '../../types.ts'
import { type CooldownSettings, cooldownSettingsOf } from './cooldown/cooldowns.ts'
import type { ErrorPolicy } from './cooldown/error-policy.ts'
import { aliasesOf, type ModelAlias } from './group-index.ts'
import type { BackOff } from './plan/back-off.ts'
import { type FallbackTables, fallbackListOf, fallbackTableOf } from './plan/fallbacks.ts'
import { booleanOf, millisecondsOf, numberOf, objectOf, policyOf } from './setting-values.ts'
import { isStrategyName, STRATEGIES, type StrategyName } from './strategies/strategies.ts'
import type { StrategyArgs } from './strategies/strategy.ts'
import { msOf, type Timeouts } from './timeouts.ts'

export interface RouterSettings {
  readonly strategy: StrategyName
  readonly strategyArgs: StrategyArgs
  readonly aliases: ReadonlyMap<string, ModelAlias>
  readonly retries: RetrySettings
  readonly cooldown: CooldownSettings
  readonly fallbacks: FallbackTables
  /** How many fallbacks deep a call may go. */
  readonly maxFallbacks: number
  readonly tags: TagSettings
  /** Leave out deployments whose context window or rate limit the call would break. */
  readonly preCallChecks: boolean
  /** Calls under way at once, of deployments that say nothing about it. */
  readonly defaultParallelRequests?: number
  readonly timeouts: Timeouts & { readonly defaultTimeoutMs: number }
}

export interface RetrySettings {
  /** Retries of a call within one model group and order. */
  readonly count: number
  readonly policy?: ErrorPolicy
  readonly policyByGroup: ReadonlyMap<string, ErrorPolicy>
  readonly backOff: BackOff
}

export interface TagSettings {
  readonly filtering: boolean
  /** One common tag is enough. Otherwise the deployment must have all of the call's. */
  readonly matchAny: boolean
  /** Taken off the front of a call's tags before they are compared. */
  readonly prefix: string
}

/** Where settings come from, in the order in which they win. `env` holds LiteLLM's constants, e.g. `ROUTER_MAX_FALLBACKS`. */
export interface RouterSettingsSource {
  readonly routerSettings?: Json
  readonly litellmSettings?: Json
  readonly env?: Readonly<Record<string, string | undefined>>
}

/**
 * Reads LiteLLM's `router_settings`, with the same keys of `litellm_settings` behind them. Seconds become milliseconds.
 * What has the wrong type counts as not given; an unknown routing strategy is a `ConfigError`.
 */
export function routerSettingsOf(source: RouterSettingsSource = {}): RouterSettings {
  const { routerSettings = {}, litellmSettings = {}, env = {} } = source
  const given: Json = { ...litellmSettings, ...present(routerSettings) }
  return {
    strategy: strategyOf(given.routing_strategy),
    strategyArgs: strategyArgsOf(given.routing_strategy_args),
    aliases: aliasesOf(given.model_group_alias),
    retries: retriesOf(given, env),
    cooldown: cooldownSettingsOf(given, env),
    fallbacks: fallbacksOf(given),
    maxFallbacks: numberOf(given.max_fallbacks) ?? numberOf(env.ROUTER_MAX_FALLBACKS) ?? 5,
    tags: {
      filtering: given.enable_tag_filtering === true,
      matchAny: booleanOf(given.tag_filtering_match_any) ?? true,
      prefix: typeof given.tag_routing_prefix === 'string' ? given.tag_routing_prefix : '',
    },
    defaultParallelRequests: numberOf(given.default_max_parallel_requests),
    preCallChecks: given.enable_pre_call_checks === true,
    timeouts: {
      timeoutMs: msOf(routerSettings.timeout),
      streamTimeoutMs: msOf(routerSettings.stream_timeout),
      defaultTimeoutMs: msOf(litellmSettings.request_timeout) ?? msOf(env.REQUEST_TIMEOUT) ?? 6_000_000,
    },
  }
}

function strategyOf(value: unknown): StrategyName {
  if (value === undefined || value === null) return 'simple-shuffle'
  if (isStrategyName(value)) return value
  const known = Object.keys(STRATEGIES).join(', ')
  throw new ConfigError(`router_settings.routing_strategy: ${JSON.stringify(value)} is not known. Use one of ${known}.`)
}

function strategyArgsOf(value: unknown): StrategyArgs {
  const args = objectOf(value)
  return {
    latencyTtlMs: msOf(args.ttl) ?? 3_600_000,
    latencySamples: numberOf(args.max_latency_list_size) || 10,
    latencyBuffer: numberOf(args.lowest_latency_buffer) ?? 0,
  }
}

function retriesOf(given: Json, env: NonNullable<RouterSettingsSource['env']>): RetrySettings {
  const byGroup = Object.entries(objectOf(given.model_group_retry_policy)).flatMap(([group, value]) => {
    const policy = policyOf(value)
    return policy ? [[group, policy] as const] : []
  })
  return {
    count: numberOf(given.num_retries) ?? numberOf(env.DEFAULT_MAX_RETRIES) ?? 2,
    policy: policyOf(given.retry_policy),
    policyByGroup: new Map(byGroup),
    backOff: {
      initialMs: millisecondsOf(env.INITIAL_RETRY_DELAY) ?? 500,
      maxMs: millisecondsOf(env.MAX_RETRY_DELAY) ?? 8_000,
      jitterMs: millisecondsOf(env.JITTER) ?? 750,
      leastMs: millisecondsOf(given.retry_after) ?? 0,
    },
  }
}

function fallbacksOf(given: Json): FallbackTables {
  const regular = new Map(fallbackTableOf(given.fallbacks))
  const anywhere = fallbackListOf(given.default_fallbacks)
  if (anywhere.length > 0 && !regular.has('*')) regular.set('*', anywhere)
  return {
    regular,
    contextWindow: fallbackTableOf(given.context_window_fallbacks),
    contentPolicy: fallbackTableOf(given.content_policy_fallbacks),
  }
}

/** A key that is there but says nothing must not hide the one behind it. */
function present(settings: Json): Json {
  return Object.fromEntries(Object.entries(settings).filter(([, value]) => value !== null && value !== undefined))
}
