import type { ModelPrice, Usage } from '../types.ts'
import type { CostContext } from './cost-context.ts'
import { type Money, ZERO } from './money.ts'
import { perUnit } from './parts.ts'
import { rate } from './price-fields.ts'
import { searchRate } from './search-rate.ts'

/** What built-in tools cost on top of tokens: web searches, file searches, code sessions. */
export function toolCost(usage: Usage, price: ModelPrice, context: CostContext): Money {
  return webSearchCost(usage, price, context) + fileSearchCost(usage, price, context) + codeCost(usage, price, context)
}

/** Google's list price per grounded request, for models whose entry has none. */
const GROUNDING = 0.035
/** xAI's list price per call of its web search. */
const XAI_SEARCH = 0.005

type SearchRule = (searches: number, price: ModelPrice, context: CostContext) => Money

const SEARCH_RULES: readonly (readonly [RegExp, SearchRule])[] = [
  // Part of its token bill.
  [/^perplexity$/, () => ZERO],
  [/^xai$/, (searches, price) => perUnit(anySize(price) ?? XAI_SEARCH, searches)],
  [/^(?:gemini|vertex_ai(?!.*anthropic))/, grounding],
]

function webSearchCost({ quantities: { webSearches = 0 } }: Usage, price: ModelPrice, context: CostContext): Money {
  if (webSearches === 0) return ZERO
  const rule = SEARCH_RULES.find(([pattern]) => pattern.test(providerOf(price, context)))?.[1] ?? bySize
  return rule(webSearches, price, context)
}

/** Claude on Vertex AI is searched for, and billed, as at Anthropic: its entries tell. */
function providerOf(price: ModelPrice, { provider }: CostContext): string {
  return provider.startsWith('vertex_ai') && typeof price.litellm_provider === 'string'
    ? price.litellm_provider
    : provider
}

const bySize: SearchRule = (searches, price, { searchContextSize = 'medium' }) =>
  perUnit(searchRate(price, searchContextSize), searches)

/** Gemini 3 bills each query, earlier models each prompt that was grounded. */
function grounding(searches: number, price: ModelPrice): Money {
  return perUnit(searchRate(price, 'medium') ?? GROUNDING, price.web_search_billing_unit === 'per_query' ? searches : 1)
}

function anySize(price: ModelPrice): number | undefined {
  return ['medium', 'low', 'high'].map((size) => searchRate(price, size)).find((found) => found)
}

/** OpenAI's list price per call. Azure bills storage instead, which no answer tells. */
const FILE_SEARCH = 0.0025

function fileSearchCost({ quantities: { fileSearches } }: Usage, price: ModelPrice, { provider }: CostContext): Money {
  if (provider === 'azure' || !fileSearches) return ZERO
  const per1k = rate(price, 'file_search_cost_per_1k_calls')
  return perUnit(per1k === undefined ? FILE_SEARCH : per1k / 1000, fileSearches)
}

/** List price per container, in LiteLLM's map as "openai/container" and "azure/container". */
const CODE_SESSION: Readonly<Record<string, number>> = { openai: 0.03, azure: 0.03 }

function codeCost({ quantities: { codeSessions } }: Usage, price: ModelPrice, { provider }: CostContext): Money {
  if (!codeSessions) return ZERO
  return perUnit(rate(price, 'code_interpreter_cost_per_session') ?? CODE_SESSION[provider], codeSessions)
}
