import type { Location } from './location.ts'
import type { RateContext } from './token-rates.ts'

/** What besides usage and price decides a cost. */
export interface CostContext extends RateContext {
  /** LiteLLM's SpendLogs.call_type. */
  readonly callType: string
  /** How long the call took; for models that are billed by the time they run. */
  readonly durationMs?: number
  readonly location?: Location
  /** "low", "medium" or "high", as the request asked of its web search. Default: medium. */
  readonly searchContextSize?: string
  /** LiteLLM's `cost_discount_config` for this provider: a fraction. */
  readonly discount?: number
  /** LiteLLM's `cost_margin_config` for this provider. */
  readonly margin?: Margin
}

export interface Margin {
  /** A fraction of the discounted cost. */
  readonly percentage?: number
  /** US dollars per call. */
  readonly fixedAmount?: number
}
