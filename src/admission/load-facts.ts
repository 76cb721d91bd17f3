import { isLiteLLMError } from '../errors.ts'
import type { MaybePromise } from '../lib/maybe-promise.ts'
import type { Call } from '../types.ts'
import { inheritedTags } from './budgets/counters-of.ts'
import type { CallFacts, CheckSettings, ModelCatalog } from './facts/check.ts'
import type { FactsStore } from './facts/facts-store.ts'

export interface CallFactsParts {
  readonly settings: CheckSettings
  readonly store: FactsStore
  readonly catalog: ModelCatalog | undefined
}

export type KnownFacts = Pick<CallFacts, 'key' | 'shown' | 'request' | 'asked' | 'verbatim' | 'free'>

/** What the checks look at, with the rows of the entities that a call names. Most calls name none beside their key. */
export function loadFacts({ settings, store, catalog }: CallFactsParts) {
  return function factsOf(known: KnownFacts, call: Call | undefined): MaybePromise<CallFacts> {
    const named = Boolean(call?.endUserId) || tagsOf(known, call).length > 0 || agentOf(known, call) !== undefined
    return named || settings.maxBudget ? withRows(known, call) : { ...known, catalog }
  }

  async function withRows(known: KnownFacts, call: Call | undefined): Promise<CallFacts> {
    const agentId = agentOf(known, call)
    const names = tagsOf(known, call)
    const [endUser, agent, tags, everybody] = await Promise.all([
      call?.endUserId ? store.endUser(call.endUserId) : undefined,
      agentId === undefined ? undefined : store.agent(agentId),
      names.length > 0 ? store.tags(names) : undefined,
      settings.maxBudget ? store.globalSpend() : undefined,
    ])
    return {
      ...known,
      catalog,
      endUser,
      agent,
      tags,
      globalSpend: everybody?.spend,
      globalSpendReadAt: everybody?.readAt,
    }
  }
}

/** The tags that a call is charged or held to: those that it names, and those that its key, team and project bring. */
function tagsOf({ key }: KnownFacts, call: Call | undefined): readonly string[] {
  if (!call) return []
  const inherited = inheritedTags(key)
  return inherited.size === 0 ? call.tags : [...new Set([...call.tags, ...inherited])]
}

/** A key that is for an agent is for no other. */
function agentOf({ key }: KnownFacts, call: Call | undefined): string | undefined {
  return key.owners.agentId === undefined ? call?.agentId : undefined
}

/** `undefined` where a look-up says `budget_unverifiable`: for a fallback, which that passes over, it is no end of the call. */
export function orUnverified<T>(looked: MaybePromise<T>): MaybePromise<T | undefined> {
  if (!(looked instanceof Promise)) return looked
  return looked.catch((error: unknown) => {
    if (isLiteLLMError(error) && error.code === 'budget_unverifiable') return undefined
    throw error
  })
}
