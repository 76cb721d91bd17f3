import type { TokensOfCall } from './counted-tokens.ts'

/** What a call may cost and use at most. */
export interface Estimate {
  /** US dollars; 0 when not known. */
  readonly cost: number
  /** Tokens that count for limits; 0 when not known. */
  readonly tokens: number
  /** Of input and of output alone. Absent: each may be all of them. */
  readonly input?: number
  readonly output?: number
  /** How many answers `output` is for. Default 1. */
  readonly answers?: number
  /** US dollars if the answers have so many output tokens. Absent: not known. */
  costOf?(output: number): number
  /** It costs nothing for certain. */
  readonly free?: boolean
}

export const UNKNOWN_ESTIMATE: Estimate = { cost: 0, tokens: 0 }

export function tokensExpected({ tokens, input = tokens, output = tokens }: Estimate): TokensOfCall {
  return { counted: tokens, input, output }
}
