/** The middle of some measurements, and how far they lie apart. */
export interface Spread {
  readonly median: number
  readonly min: number
  readonly max: number
  /** In the order in which they were measured. */
  readonly values: readonly number[]
}

export function spreadOf(values: readonly number[]): Spread {
  const sorted = values.toSorted((a, b) => a - b)
  const at = (index: number) => sorted[index] ?? Number.NaN
  const half = (sorted.length - 1) / 2
  return { median: (at(Math.floor(half)) + at(Math.ceil(half))) / 2, min: at(0), max: at(sorted.length - 1), values }
}

/**
 * How much `of` is of `to`, where both were measured in turns: what disturbs a round disturbs both, so the rounds are compared
 * one by one, and the middle of that is taken.
 */
export function ratioOf(of: Spread | undefined, to: Spread | undefined): number {
  if (!of || !to) return Number.NaN
  return spreadOf(of.values.map((value, round) => value / (to.values[round] ?? Number.NaN))).median
}
