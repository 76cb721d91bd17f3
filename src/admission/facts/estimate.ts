import type { Usage } from '../../types.ts'

/** What a call may cost and use at most. */
export interface Estimate {
  /** US dollars; 0 when not known. */
  readonly cost: number
  /** Tokens that count for limits; 0 when not known. */
  readonly tokens: number
  /** Of input and of output alone. Absent: each may be all of them. */
  readonly input?: number
  readonly output?: number
  /** Tokens of the text in the body, guessed: the call uses these for certain. Absent: not known. */
  saidInput?(): number
  /** How many answers `output` is for. Default 1. */
  readonly answers?: number
  /** US dollars if the answers have so many output tokens. Absent: not known. */
  costOf?(output: number): number
  /** It costs nothing for certain. */
  readonly free?: boolean
}

export const UNKNOWN_ESTIMATE: Estimate = { cost: 0, tokens: 0 }

export function tokensExpected({ tokens, input = tokens, output = tokens, saidInput }: Estimate): TokensOfCall {
  return { counted: tokens, input, output, ...(saidInput && { saidInput }) }
}

/** LiteLLM's `token_rate_limit_type`. */
export type CountedTokens = 'total' | 'input' | 'output'

/** Tokens of a call: those that count for its limits, and those of limits on input or output alone. */
export interface TokensOfCall {
  readonly counted: number
  readonly input: number
  readonly output: number
  /** See `Estimate`. */
  saidInput?(): number
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
