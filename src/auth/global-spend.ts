const DAY_MS = 24 * 3_600_000

/** LiteLLM's global budget is held against what everybody has spent since then: 30 days, and today. */
export function globalSpendSince(now: Date): Date {
  const midnight = Date.UTC(now.getUTCFullYear(), now.getUTCMonth(), now.getUTCDate())
  return new Date(midnight - 30 * DAY_MS)
}
