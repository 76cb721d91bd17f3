import { costBased } from './cost-based.ts'
import { latencyBased } from './latency-based.ts'
import { leastBusy } from './least-busy.ts'
import { simpleShuffle } from './simple-shuffle.ts'
import type { Strategy, StrategyTools } from './strategy.ts'
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
