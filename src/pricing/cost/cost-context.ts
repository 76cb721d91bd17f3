import { memoizeByObject } from '../../lib/memoize.ts'
import type { Deployment } from '../../types.ts'
import type { RateContext } from './token-rates.ts'

const BEDROCK = /\bbedrock[a-z-]*\.([a-z0-9-]+)\.amazonaws\.com/i

const OPENAI = /^https?:\/\/(eu|us)\.api\.openai\.com\b/i

const VERTEX_PATH = /\/locations\/([a-z0-9-]+)/i

const VERTEX_HOST = /^https?:\/\/([a-z0-9-]+)-aiplatform\.googleapis\.com/i

export const locationOf = memoizeByObject(
  ({ baseUrl }: Pick<Deployment, 'baseUrl'>): Location => ({
    region: BEDROCK.exec(baseUrl)?.[1],
    dataResidency: OPENAI.exec(baseUrl)?.[1]?.toLowerCase(),
    vertexLocation: (VERTEX_PATH.exec(baseUrl) ?? VERTEX_HOST.exec(baseUrl))?.[1]?.toLowerCase(),
  }),
)

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

/** Where a deployment computes, as far as its address tells. Decides regional prices. */
interface Location {
  /** AWS region of a Bedrock endpoint. */
  readonly region?: string
  /** "eu" or "us" for OpenAI's regional hosts. */
  readonly dataResidency?: string
  /** Google's location, "global" included. */
  readonly vertexLocation?: string
}
