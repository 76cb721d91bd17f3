import type { ModelPrice } from '../../types.ts'
import { type Money, money, times, ZERO } from './money.ts'
import { rate } from './price-fields.ts'

/** Exact dollars of a call before tools, discount and margin. Cache and reasoning are within input and output. */
export interface Parts {
  readonly input: Money
  readonly output: Money
  readonly cacheRead: Money
  readonly cacheWrite: Money
  readonly reasoning: Money
}

export const NO_PARTS: Parts = { input: ZERO, output: ZERO, cacheRead: ZERO, cacheWrite: ZERO, reasoning: ZERO }

/** Dollars for so many units. Without a price or units: nothing. */
export function perUnit(dollarsPerUnit: number | undefined, units: number | undefined): Money {
  return dollarsPerUnit && units && units > 0 ? times(money(dollarsPerUnit), units) : ZERO
}

/** Dollars by one field of the price. */
export function byField(price: ModelPrice, field: string, units: number | undefined): Money {
  return units ? perUnit(rate(price, field), units) : ZERO
}

/** All parts times a factor, such as a regional premium. */
export function scale(parts: Parts, factor: number): Parts {
  if (factor === 1) return parts
  const by = (amount: Money) => times(amount, factor)
  return {
    input: by(parts.input),
    output: by(parts.output),
    cacheRead: by(parts.cacheRead),
    cacheWrite: by(parts.cacheWrite),
    reasoning: by(parts.reasoning),
  }
}
