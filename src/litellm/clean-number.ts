const MAX_INT4 = 2_147_483_647

/** `value` as a count that fits an `integer` column. */
export function cleanCount(value: number | undefined): number {
  return value !== undefined && value > 0 ? Math.min(Math.round(value), MAX_INT4) : 0
}

/** `cost` as dollars, or `undefined` when it is no amount at all. */
export function cleanCost(cost: number | undefined): number | undefined {
  return cost !== undefined && Number.isFinite(cost) && cost >= 0 ? cost : undefined
}
