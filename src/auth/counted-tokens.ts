import type { Usage } from '../types.ts'

/** LiteLLM's `token_rate_limit_type`. */
export type CountedTokens = 'total' | 'input' | 'output'

/** The tokens of a call that count for its limits. What the provider had cached does not. */
export function countedTokens(usage: Usage | undefined, counted: CountedTokens = 'total'): number {
  if (!usage) return 0
  const input = Math.max(0, usage.promptTokens - usage.cacheReadTokens)
  return { input, output: usage.completionTokens, total: input + usage.completionTokens }[counted]
}
