import { pickLowest } from './pick.ts'
import type { Strategy, StrategyTools } from './strategy.ts'
import { createMinuteUsage, withinLimits } from './usage-based.ts'

/** What LiteLLM takes for the input and for the output of a model without a price: dear, so that it comes last. */
const UNKNOWN_PRICE = 5 + 5

/** The cheapest deployment within its `rpm` and `tpm` of this minute; among equals at random. */
export function costBased(tools: StrategyTools): Strategy {
  const usage = createMinuteUsage(tools, 'cost-based')
  return {
    choose(candidates, { inputTokens }) {
      const open = candidates.filter((deployment) => withinLimits(usage, deployment, inputTokens))
      if (open.length === 0) return undefined
      return pickLowest(open, (deployment) => tools.pricePerToken(deployment) ?? UNKNOWN_PRICE, tools.random)
    },
    end(deployment, _ask, result) {
      if (!result.success) return
      usage.addRequest(deployment)
      usage.addTokens(deployment, result.promptTokens + result.completionTokens)
    },
  }
}
