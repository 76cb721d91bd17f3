import type { Cost, ModelPrice, Usage } from '../types.ts'
import { callCost } from './calculators.ts'
import type { CostContext } from './cost-context.ts'
import { dollars, type Money, money, times, ZERO } from './money.ts'
import { NO_PARTS, type Parts, scale } from './parts.ts'
import { premium } from './premium.ts'
import { billedTier } from './service-tier.ts'
import { toolCost } from './tool-cost.ts'

/**
 * What one call costs, in US dollars, as LiteLLM 1.106 computes it. Exact within; every number is rounded once, when it
 * leaves. `price` is an entry of LiteLLM's map or of that form. `others` is what other models are charged for.
 */
export function costOf(usage: Usage, price: ModelPrice, context: CostContext, others: Money = ZERO): Cost {
  const serviceTier = billedTier(context.serviceTier, usage.serviceTier)
  const decided = { ...context, serviceTier }
  const parts = scale(callCost(usage, price, decided), premium(usage, price, decided))
  return total(parts, toolCost(usage, price, decided) + others, decided)
}

/** The cost of a call that the provider itself has billed. */
export function statedCostOf(stated: number, context: CostContext): Cost {
  return total({ ...NO_PARTS, output: money(stated) }, ZERO, context)
}

function total(parts: Parts, tools: Money, context: CostContext): Cost {
  return {
    input: dollars(parts.input),
    output: dollars(parts.output),
    cacheRead: dollars(parts.cacheRead),
    cacheWrite: dollars(parts.cacheWrite),
    reasoning: dollars(parts.reasoning),
    tools: dollars(tools),
    serviceTier: context.serviceTier,
    ...withMargin(parts.input + parts.output + tools, context),
  }
}

/** The discount is taken first, the margin is put on what is left. */
function withMargin(original: Money, { discount = 0, margin = {} }: CostContext) {
  const discountAmount = times(original, discount)
  const discounted = original - discountAmount
  const { percentage = 0, fixedAmount = 0 } = margin
  const marginAmount = times(discounted, percentage) + money(fixedAmount)
  return {
    original: dollars(original),
    discountPercent: discount,
    discountAmount: dollars(discountAmount),
    marginPercent: percentage,
    marginFixedAmount: fixedAmount,
    marginAmount: dollars(marginAmount),
    total: dollars(discounted + marginAmount),
  }
}
