/** Dollars per token of one call, after tiers, thresholds and times of day have been decided. */
export interface TokenRates {
  readonly input: number
  readonly output: number
  readonly cacheRead: number
  readonly cacheWrite: number
  readonly cacheWrite1h: number
  readonly reasoning: number
}
