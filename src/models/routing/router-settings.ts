import { type CooldownSection, type CooldownSettings, cooldownSettingsOf } from './cooldown/cooldowns.ts'
import type { ErrorPolicy } from './cooldown/error-policy.ts'
import { aliasesOf, type ModelAlias } from './group-index.ts'
import type { BackOff } from './plan/back-off.ts'
import { type FallbackTables, fallbackListOf, fallbackTableOf } from './plan/fallbacks.ts'
import { millisecondsOf, numberOf } from './setting-values.ts'
import type { StrategyName } from './strategies/strategies.ts'
import { DEFAULT_ARGS, type StrategyArgs } from './strategies/strategy.ts'
import { msOf, type Timeouts } from './timeouts.ts'

type Environment = Readonly<Record<string, string | undefined>>

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

/** LiteLLM's `router_settings` as their schema reads them. */
export interface RouterSection extends CooldownSection {
  readonly routingStrategy?: StrategyName
  readonly routingStrategyArgs?: {
    /** Milliseconds. */
    readonly ttl?: number | undefined
    readonly max_latency_list_size?: number | undefined
    readonly lowest_latency_buffer?: number | undefined
  }
  /** Its forms are read by `aliasesOf`. */
  readonly modelGroupAlias?: unknown
  readonly numRetries?: number
  /** Seconds. */
  readonly retryAfter?: number
  readonly retryPolicy?: ErrorPolicy
  readonly modelGroupRetryPolicy?: Readonly<Record<string, ErrorPolicy>>
  /** Their forms, and those of the other fallbacks, are read as those of a request are. */
  readonly fallbacks?: unknown
  readonly defaultFallbacks?: unknown
  readonly contextWindowFallbacks?: unknown
  readonly contentPolicyFallbacks?: unknown
  readonly maxFallbacks?: number
  readonly enableTagFiltering?: boolean
  readonly tagFilteringMatchAny?: boolean
  readonly tagRoutingPrefix?: string
  readonly enablePreCallChecks?: boolean
  readonly defaultMaxParallelRequests?: number
  /** Milliseconds; 0 says nothing. */
  readonly timeout?: number
  readonly streamTimeout?: number
  /** `litellm_settings.request_timeout`, milliseconds. */
  readonly requestTimeout?: number
}

/** The settings of a section, and behind them LiteLLM's constants of the environment, e.g. `ROUTER_MAX_FALLBACKS`. */
export function routerSettingsOf(given: RouterSection = {}, env: Environment = {}): RouterSettings {
  return {
    strategy: given.routingStrategy ?? 'simple-shuffle',
    strategyArgs: strategyArgsOf(given.routingStrategyArgs),
    aliases: aliasesOf(given.modelGroupAlias),
    retries: retriesOf(given, env),
    cooldown: cooldownSettingsOf(given, env),
    fallbacks: fallbacksOf(given),
    maxFallbacks: given.maxFallbacks ?? numberOf(env.ROUTER_MAX_FALLBACKS) ?? 5,
    tags: {
      filtering: given.enableTagFiltering ?? false,
      matchAny: given.tagFilteringMatchAny ?? true,
      prefix: given.tagRoutingPrefix ?? '',
    },
    defaultParallelRequests: given.defaultMaxParallelRequests,
    preCallChecks: given.enablePreCallChecks ?? false,
    timeouts: {
      timeoutMs: given.timeout || undefined,
      streamTimeoutMs: given.streamTimeout || undefined,
      defaultTimeoutMs: given.requestTimeout || msOf(env.REQUEST_TIMEOUT) || 6_000_000,
    },
  }
}

function strategyArgsOf(args: RouterSection['routingStrategyArgs'] = {}): StrategyArgs {
  return {
    latencyTtlMs: args.ttl || DEFAULT_ARGS.latencyTtlMs,
    latencySamples: args.max_latency_list_size || DEFAULT_ARGS.latencySamples,
    latencyBuffer: args.lowest_latency_buffer ?? DEFAULT_ARGS.latencyBuffer,
  }
}

function retriesOf(given: RouterSection, env: Environment): RetrySettings {
  return {
    count: given.numRetries ?? numberOf(env.DEFAULT_MAX_RETRIES) ?? 2,
    policy: given.retryPolicy,
    policyByGroup: new Map(Object.entries(given.modelGroupRetryPolicy ?? {})),
    backOff: {
      initialMs: millisecondsOf(env.INITIAL_RETRY_DELAY) ?? 500,
      maxMs: millisecondsOf(env.MAX_RETRY_DELAY) ?? 8_000,
      jitterMs: millisecondsOf(env.JITTER) ?? 750,
      leastMs: millisecondsOf(given.retryAfter) ?? 0,
    },
  }
}

function fallbacksOf(given: RouterSection): FallbackTables {
  const regular = new Map(fallbackTableOf(given.fallbacks))
  const anywhere = fallbackListOf(given.defaultFallbacks)
  if (anywhere.length > 0 && !regular.has('*')) regular.set('*', anywhere)
  return {
    regular,
    contextWindow: fallbackTableOf(given.contextWindowFallbacks),
    contentPolicy: fallbackTableOf(given.contentPolicyFallbacks),
  }
}
