import type { Json } from '../../types.ts'
import { object, quantity } from './reader.ts'

/** xAI counts dollars in ticks. */
const TICKS_PER_DOLLAR = 1e10

/**
 * US dollars that a provider states for the call within its usage: OpenRouter's `cost`, Perplexity's
 * `cost.total_cost`, xAI's `cost_in_usd_ticks`. Only finite numbers that are not negative are statements.
 */
export function statedCost(usage: Json): number | undefined {
  const { cost, cost_in_usd_ticks: ticks } = usage
  if (isAmount(ticks)) return ticks / TICKS_PER_DOLLAR
  if (isAmount(cost)) return cost
  const total = object(cost).total_cost
  return isAmount(total) ? quantity(total) : undefined
}

function isAmount(value: unknown): value is number {
  return typeof value === 'number' && Number.isFinite(value) && value >= 0
}
