import type { Deployment } from '../../../types.ts'
import { drawUntil, pickAny, pickLowest } from './pick.ts'
import type { Strategy, StrategyTools } from './strategy.ts'
import { createMinuteUsage, withinLimits } from './usage-based.ts'

/** What LiteLLM takes for the input and for the output of a model without a price: dear, so that it comes last. */
const UNKNOWN_PRICE = 5 + 5

/** The cheapest deployment within its `rpm` and `tpm` of this minute; among equals at random. */
export function costBased(tools: StrategyTools): Strategy {
  const usage = createMinuteUsage(tools, 'cost-based')
  const priceOf = (deployment: Deployment) => tools.pricePerToken(deployment) ?? UNKNOWN_PRICE
  return {
    choose(candidates, { inputTokens }) {
      const open = candidates.filter((deployment) => withinLimits(usage, deployment, inputTokens))
      if (open.length === 0) return undefined
      return pickLowest(open, priceOf, tools.random)
    },
    drawFrom(list) {
      const prices = list.map(priceOf)
      const lowest = prices.reduce((least, price) => Math.min(least, price), Number.POSITIVE_INFINITY)
      const cheapest = list.filter((_, index) => prices[index] === lowest)
      return ({ inputTokens }, isUsable) =>
        drawUntil(
          () => pickAny(cheapest, tools.random),
          (drawn) => withinLimits(usage, drawn, inputTokens) && isUsable(drawn),
        )
    },
    end(deployment, _ask, result) {
      if (!result.success) return
      usage.addRequest(deployment)
      usage.addTokens(deployment, result.promptTokens + result.completionTokens)
    },
  }
}
