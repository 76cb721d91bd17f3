import type { Json, ModelPrice } from '../types.ts'
import { rate } from './price-fields.ts'

/**
 * The tier of a `tiered_pricing` table that covers `promptTokens`: from above its lower bound up to and including its
 * upper one, else the last. All tokens of the call are billed at that one tier. `undefined` when the table has nothing
 * to say about this call.
 */
export function pricedTier(price: ModelPrice, promptTokens: number): Json | undefined {
  const table = price.tiered_pricing
  if (!Array.isArray(table) || promptTokens <= 0) return undefined
  const tiers = table.filter(isTier).sort((a, b) => bound(a, 0) - bound(b, 0))
  const found = tiers.find((tier) => bound(tier, 0) < promptTokens && promptTokens <= bound(tier, 1)) ?? tiers.at(-1)
  return found && rate(found, 'input_cost_per_token') !== undefined ? found : undefined
}

function isTier(value: unknown): value is Json {
  const range = (value as Json | null)?.range
  return Array.isArray(range) && range.length === 2
}

function bound(tier: Json, index: number): number {
  return Number((tier.range as unknown[])[index])
}
