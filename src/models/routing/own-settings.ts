import { ownRouterSettings } from '../../admission/models/model-access.ts'
import { byObject } from '../../lib/memoize.ts'
import type { Json, VirtualKey } from '../../types.ts'
import type { ErrorPolicy } from './cooldown/error-policy.ts'
import { type FallbackLookUps, ownTableOf } from './plan/fallbacks.ts'
import { MOST_RETRIES } from './plan/request-routing.ts'
import type { RouterSection } from './router-settings.ts'
import type { StrategyName } from './strategies/strategies.ts'

/**
 * The members of `router_settings` that act where a key or its team has them. LiteLLM 1.106 passes these on with each call
 * (its `route_llm_request.py`), resolves the aliases before and reads past all others.
 */
export const OWN_MEMBERS = [
  'model_group_alias',
  'fallbacks',
  'context_window_fallbacks',
  'content_policy_fallbacks',
  'num_retries',
  'model_group_retry_policy',
  'timeout',
  'routing_strategy',
  'enable_tag_filtering',
  'weights',
] as const

/** Model group -> id of a deployment -> its share of the group's calls. */
export type GroupWeights = Readonly<Record<string, Readonly<Record<string, number>>>>

/** What their schema reads of them. Aliases are for admission, which looks at what they stand for. */
export type OwnSection = Pick<
  RouterSection,
  | 'fallbacks'
  | 'contextWindowFallbacks'
  | 'contentPolicyFallbacks'
  | 'numRetries'
  | 'modelGroupRetryPolicy'
  | 'timeout'
  | 'routingStrategy'
  | 'enableTagFiltering'
> & { readonly weights?: GroupWeights }

/** How the calls of one key are routed where that differs from the router's settings. */
export interface OwnSettings {
  /** In place of the router's tables of the same kind, and all of them. */
  readonly fallbacks: Partial<FallbackLookUps>
  readonly retries?: number
  readonly policyByGroup?: ReadonlyMap<string, ErrorPolicy>
  readonly timeoutMs?: number
  readonly strategy?: StrategyName
  /** They can switch tag filtering on, never off. */
  readonly tagFiltering: boolean
  readonly weights?: GroupWeights
}

/** Finds the settings of a key; `undefined` where neither it nor its team has any. */
export type FindOwnSettings = (key: VirtualKey | undefined) => OwnSettings | undefined

/** What was read of the settings in a row: what can be used, and a line for each member that cannot. */
export interface ReadOwnSection {
  readonly section: OwnSection
  readonly lines: readonly string[]
}

export interface OwnSettingsOptions {
  readonly read: (settings: Json) => ReadOwnSection
  /** Told once for each key or team and each problem. */
  readonly onReject?: (owner: 'key' | 'team', id: string, problem: string) => void
}

const MOST_TOLD = 1_000

/** Reads the settings of each key once, as long as its row is in memory. */
export function createOwnSettings({ read, onReject }: OwnSettingsOptions): FindOwnSettings {
  const told = new Set<string>()
  const find = byObject((key: VirtualKey): OwnSettings => {
    const { section, lines } = read(ownRouterSettings(key) ?? {})
    if (lines.length > 0) tell(key, lines.join(' '))
    return ownSettingsOf(section)
  })
  return (key) => (key && ownRouterSettings(key) ? find(key) : undefined)

  function tell({ routerSettings, hashedToken, team }: VirtualKey, problem: string): void {
    const [owner, id] = routerSettings || !team ? (['key', hashedToken] as const) : (['team', team.id] as const)
    const text = `${owner}:${id}:${problem}`
    if (told.has(text)) return
    if (told.size >= MOST_TOLD) told.clear()
    told.add(text)
    onReject?.(owner, id, problem)
  }
}

function ownSettingsOf(section: OwnSection): OwnSettings {
  const { fallbacks, contextWindowFallbacks, contentPolicyFallbacks, modelGroupRetryPolicy: policies } = section
  return {
    fallbacks: {
      ...(fallbacks !== undefined && { regular: ownTableOf(fallbacks) }),
      ...(contextWindowFallbacks !== undefined && { contextWindow: ownTableOf(contextWindowFallbacks) }),
      ...(contentPolicyFallbacks !== undefined && { contentPolicy: ownTableOf(contentPolicyFallbacks) }),
    },
    retries: section.numRetries === undefined ? undefined : Math.min(section.numRetries, MOST_RETRIES),
    policyByGroup: policies && new Map(Object.entries(policies).map(([group, policy]) => [group, withinBound(policy)])),
    timeoutMs: section.timeout || undefined,
    strategy: section.routingStrategy,
    tagFiltering: section.enableTagFiltering === true,
    weights: section.weights,
  }
}

function withinBound(policy: ErrorPolicy): ErrorPolicy {
  return Object.fromEntries(Object.entries(policy).map(([name, count]) => [name, Math.min(count, MOST_RETRIES)]))
}
