import type { ModelPrice } from '../types.ts'

/**
 * Whether calls to a model group cost nothing for certain: both prices are explicitly 0 for each of its deployments.
 * A price that is unknown is not free, and neither is a group without deployments.
 */
export function isFree(prices: readonly (ModelPrice | undefined)[]): boolean {
  return (
    prices.length > 0 && prices.every((price) => price?.input_cost_per_token === 0 && price.output_cost_per_token === 0)
  )
}
