import { createMinuteUsage, withinLimits } from './minute-usage.ts'
import { pickLowest } from './pick.ts'
import type { Strategy, StrategyTools } from './strategy.ts'

/**
 * LiteLLM's second usage-based routing: the deployment with the fewest tokens this minute, never over its `rpm` or `tpm`.
 * A request counts when it begins, tokens when it succeeded.
 */
export function usageBasedV2(tools: StrategyTools): Strategy {
  const usage = createMinuteUsage(tools, 'usage-based-v2')
  return {
    choose(candidates, { inputTokens }) {
      const open = candidates.filter((deployment) => withinLimits(usage, deployment, inputTokens))
      return open.length > 0 ? pickLowest(open, usage.tokens, tools.random) : undefined
    },
    begin: (deployment) => usage.addRequest(deployment),
    end(deployment, _ask, result) {
      if (result.success) usage.addTokens(deployment, result.promptTokens + result.completionTokens)
    },
  }
}
