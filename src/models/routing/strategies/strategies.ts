import { costBased } from './cost-based.ts'
import { latencyBased } from './latency-based.ts'
import { leastBusy } from './least-busy.ts'
import { simpleShuffle } from './simple-shuffle.ts'
import { DEFAULT_ARGS, type Strategy, type StrategyArgs, type StrategyTools } from './strategy.ts'
import { usageBased, usageBasedV2 } from './usage-based.ts'

/** LiteLLM's `routing_strategy` names. */
export const STRATEGIES = {
  'simple-shuffle': simpleShuffle,
  'least-busy': leastBusy,
  'usage-based-routing': usageBased,
  'usage-based-routing-v2': usageBasedV2,
  'latency-based-routing': latencyBased,
  'cost-based-routing': costBased,
} as const satisfies Record<string, (tools: StrategyTools) => Strategy>

export type StrategyName = keyof typeof STRATEGIES

/**
 * The strategy of a router, or by its name that of a key. As in LiteLLM one with another name has the usual arguments, is
 * made when it is first asked for, and learns from the calls that it chooses for alone.
 */
export function createStrategies(
  settings: { readonly strategy: StrategyName; readonly strategyArgs: StrategyArgs },
  tools: Omit<StrategyTools, 'args'>,
): (name?: StrategyName) => Strategy {
  const usual = STRATEGIES[settings.strategy]({ ...tools, args: settings.strategyArgs })
  const made = new Map<StrategyName, Strategy>([[settings.strategy, usual]])
  return (name) => {
    if (name === undefined) return usual
    const known = made.get(name) ?? STRATEGIES[name]({ ...tools, args: DEFAULT_ARGS })
    made.set(name, known)
    return known
  }
}
