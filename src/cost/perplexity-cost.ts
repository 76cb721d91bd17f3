import type { ModelPrice, Usage } from '../types.ts'
import type { CostContext } from './cost-context.ts'
import { byField, NO_PARTS, type Parts, perUnit } from './parts.ts'
import { rate } from './price-fields.ts'
import { searchRate } from './search-rate.ts'
import { tokenRates } from './token-rates.ts'

/** Perplexity bills the tokens of cited sources as input and each search as output; it has no cache. */
export function perplexityCost(usage: Usage, price: ModelPrice, context: CostContext): Parts {
  const { input, output } = tokenRates(price, 0, context)
  const { citationTokens, webSearches } = usage.quantities
  const reasoningRate = rate(price, 'output_cost_per_reasoning_token') ?? output
  const reasoning = perUnit(reasoningRate, usage.reasoningTokens)
  const searches = perUnit(searchRate(price, 'low'), webSearches)
  return {
    ...NO_PARTS,
    input: perUnit(input, usage.promptTokens) + byField(price, 'citation_cost_per_token', citationTokens),
    output: perUnit(output, usage.completionTokens - usage.reasoningTokens) + reasoning + searches,
    reasoning,
  }
}
