import { byObject } from '../../lib/memoize.ts'
import type { Call, Deployment, VirtualKey } from '../../types.ts'
import type { Cooldowns } from './cooldown/cooldowns.ts'
import type { MissingRoutes } from './cooldown/missing-routes.ts'
import type { GroupIndex } from './group-index.ts'
import type { OwnSettings } from './own-settings.ts'
import type { GroupView } from './plan/action.ts'
import type { Ask, Draw, Strategy } from './strategies/strategy.ts'
import type { createMinuteUsage } from './strategies/usage-based.ts'
import type { createTagFilter } from './tag-filter.ts'
import { firstInOrder, isUsable, type Pins, type UsableRules, usableOf } from './usable.ts'

/** What a view is made from. */
export interface ViewParts {
  readonly index: GroupIndex
  readonly pins: Pins
  readonly cooldowns: Pick<Cooldowns, 'coolingMs'>
  readonly routes: Pick<MissingRoutes, 'missingMs'>
  readonly minute: Pick<ReturnType<typeof createMinuteUsage>, 'requests'>
  readonly byTags: ReturnType<typeof createTagFilter>
  readonly drawsOf: ReturnType<typeof createDraws>
  readonly preCallChecks: boolean
}

/** How one call sees the model groups: what it can use of them, and what the strategy chooses for it. */
export function groupView(
  parts: ViewParts,
  strategy: Strategy,
  call: Call,
  key: VirtualKey | undefined,
  own: OwnSettings | undefined,
  asked: Omit<Ask, 'group'>,
): GroupView {
  const { index, pins, byTags } = parts
  const rules = rulesOf(parts, call, asked.inputTokens)
  const ask = (group: string) => ({ ...asked, group, weights: own?.weights?.[group] })
  const filterByTags: UsableRules['byTags'] = (usable, all) =>
    byTags.filterByTags(usable, all, call, key, own?.tagFiltering)
  const held = (found: readonly Deployment[], group: string) => (call.pinnedTo ? pins(found, call, group) : found)
  return {
    all: (group) => held(index.find(group, key), group),
    usable(group) {
      const found = index.find(group, key)
      const holders = held(found, group)
      return usableOf(holders, { ...rules, byTags: filterByTags, areOnlyHolders: holders !== found })
    },
    pick: (group, candidates) => strategy.choose(candidates, ask(group)),
    draw(group) {
      const all = index.find(group, key)
      // What is made for this call alone is not prepared for others.
      if (all.length < LARGE || call.pinnedTo || own?.tagFiltering || byTags.isOn(all)) return undefined
      return parts.drawsOf(strategy)(all)(ask(group), (deployment) => isUsable(deployment, rules))
    },
  }
}

/** Smaller groups are looked at whole, which costs no more. */
const LARGE = 16
/** The draws of each strategy from each list that groups have. They are prepared once: lists do not change. */
export function createDraws(): (strategy: Strategy) => (all: readonly Deployment[]) => Draw {
  return byObject((strategy) => byObject((all) => strategy.drawFrom(firstInOrder(all))))
}

/** The rules that look at one deployment alone. */
function rulesOf(parts: ViewParts, { shape }: Call, inputTokens: number): Omit<UsableRules, 'byTags'> {
  const { cooldowns, routes, minute, preCallChecks } = parts
  return {
    coolingMs: cooldowns.coolingMs,
    missingMs: (deployment) => routes.missingMs(deployment, shape),
    fits: ({ routing }) => !preCallChecks || inputTokens <= (routing?.maxInputTokens ?? inputTokens),
    hasRequestsLeft: (deployment) =>
      !preCallChecks || minute.requests(deployment) < (deployment.routing?.rpm ?? Number.POSITIVE_INFINITY),
  }
}
