import type { Cost, Json } from '../types.ts'

/** `metadata.cost_breakdown` as LiteLLM names its parts: US dollars, from which the row's `spend` can be recomputed. */
export function costBreakdown(cost: Cost): Json {
  return {
    input_cost: cost.input,
    output_cost: cost.output,
    cache_read_cost: cost.cacheRead,
    cache_creation_cost: cost.cacheWrite,
    reasoning_cost: cost.reasoning,
    tool_usage_cost: cost.tools,
    original_cost: cost.original,
    discount_percent: cost.discountPercent,
    discount_amount: cost.discountAmount,
    margin_percent: cost.marginPercent,
    margin_fixed_amount: cost.marginFixedAmount,
    margin_total_amount: cost.marginAmount,
    total_cost: cost.total,
    service_tier: cost.serviceTier ?? null,
  }
}
