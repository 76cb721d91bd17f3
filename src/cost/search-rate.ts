import type { Json, ModelPrice } from '../types.ts'
import { rate } from './price-fields.ts'

/** Dollars per web search with this much context ("low", "medium", "high"), if the price has one. */
export function searchRate(price: ModelPrice, size: string): number | undefined {
  const costs = price.search_context_cost_per_query
  return typeof costs === 'object' && costs !== null ? rate(costs as Json, `search_context_size_${size}`) : undefined
}
