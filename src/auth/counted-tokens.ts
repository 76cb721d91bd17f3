import type { Usage } from '../types.ts'

/** LiteLLM's `token_rate_limit_type`. */
export type CountedTokens = 'total' | 'input' | 'output'

/** Tokens of a call: those that count for its limits, and those of limits on input or output alone. */
export interface TokensOfCall {
  readonly counted: number
  readonly input: number
  readonly output: number
}

/** What of the usage of a call counts where. */
export function tokensOfCall(usage: Usage | undefined, counted?: CountedTokens): TokensOfCall {
  const count = (which: CountedTokens | undefined) => countedTokens(usage, which)
  return { counted: count(counted), input: count('input'), output: count('output') }
}

/** The tokens of a call that count for its limits. What the provider had cached does not. */
export function countedTokens(usage: Usage | undefined, counted: CountedTokens = 'total'): number {
  if (!usage) return 0
  const input = Math.max(0, usage.promptTokens - usage.cacheReadTokens)
  return { input, output: usage.completionTokens, total: input + usage.completionTokens }[counted]
}
