import { isObject } from '../../lib/json.ts'
import type { BillingFamily } from '../../models/providers/provider.ts'
import { billingOf } from '../../models/providers/providers.ts'
import type { Cost, ModelPrice, Usage } from '../../types.ts'
import { callCost } from './calculators.ts'
import type { CostContext } from './cost-context.ts'
import { dollars, type Money, money, times, ZERO } from './money.ts'
import { NO_PARTS, type Parts, perUnit, scale } from './parts.ts'
import { hasTierPrices, rate, searchRate } from './price-fields.ts'
import { cacheSaving } from './token-cost.ts'

/** Google's list price per grounded request, for models whose entry has none. */
const GROUNDING = 0.035

/** xAI's list price per call of its web search. */
const XAI_SEARCH = 0.005

const SEARCH_RULES: Readonly<Partial<Record<BillingFamily, SearchRule>>> = {
  // Part of its token bill.
  perplexity: () => ZERO,
  xai: (searches, price) => perUnit(anySize(price) ?? XAI_SEARCH, searches),
  gemini: grounding,
  vertex_ai: grounding,
}

const bySize: SearchRule = (searches, price, { searchContextSize = 'medium' }) =>
  perUnit(searchRate(price, searchContextSize), searches)

/** OpenAI's list price per call. Azure bills storage instead, which no answer tells. */
const FILE_SEARCH = 0.0025

/** List price per container, in LiteLLM's map as "openai/container" and "azure/container". */
const CODE_SESSION: Readonly<Partial<Record<BillingFamily, number>>> = { openai: 0.03, azure: 0.03 }

/** Tiers that are explicitly billed at normal prices. */
const NORMAL = new Set(['default', 'standard'])

/**
 * What one call costs, in US dollars, as LiteLLM 1.106 computes it. Exact within; every number is rounded once, when it
 * leaves. `price` is an entry of LiteLLM's map or of that form. `others` is what other models are charged for.
 */
export function costOf(usage: Usage, price: ModelPrice, context: CostContext, others: Money = ZERO): Cost {
  const serviceTier = billedTier(context.serviceTier, usage.serviceTier)
  const decided = { ...context, serviceTier }
  const factor = regionalPremium(price, decided)
  const parts = scale(callCost(usage, price, decided), factor * ownPremium(usage, price, decided))
  const cost = total(parts, toolCost(usage, price, decided) + others, decided)
  if (usage.cacheReadTokens + usage.cacheWriteTokens === 0) return cost
  return { ...cost, cacheSaving: cacheSaving(usage, price, decided) * factor }
}

/** The cost of a call that the provider itself has billed. */
export function statedCostOf(stated: number, context: CostContext): Cost {
  return total({ ...NO_PARTS, output: money(stated) }, ZERO, context)
}

function total(parts: Parts, tools: Money, context: CostContext): Cost {
  return {
    input: dollars(parts.input),
    output: dollars(parts.output),
    cacheRead: dollars(parts.cacheRead),
    cacheWrite: dollars(parts.cacheWrite),
    reasoning: dollars(parts.reasoning),
    tools: dollars(tools),
    serviceTier: context.serviceTier,
    ...withMargin(parts.input + parts.output + tools, context),
  }
}

/** The discount is taken first, the margin is put on what is left. */
function withMargin(original: Money, { discount = 0, margin = {} }: CostContext) {
  const discountAmount = times(original, discount)
  const discounted = original - discountAmount
  const { percentage = 0, fixedAmount = 0 } = margin
  const marginAmount = times(discounted, percentage) + money(fixedAmount)
  return {
    original: dollars(original),
    discountPercent: discount,
    discountAmount: dollars(discountAmount),
    marginPercent: percentage,
    marginFixedAmount: fixedAmount,
    marginAmount: dollars(marginAmount),
    total: dollars(discounted + marginAmount),
  }
}

/** The factor by which all tokens of a call are dearer for where it was computed. Mostly 1. */
function regionalPremium(price: ModelPrice, { location = {} }: CostContext): number {
  const { dataResidency, vertexLocation } = location
  const regional = dataResidency ? rate(price, `regional_processing_uplift_multiplier_${dataResidency}`) : undefined
  const endpoint =
    vertexLocation && vertexLocation !== 'global' ? rate(price, 'regional_endpoint_uplift_multiplier') : undefined
  return (regional ?? 1) * (endpoint ?? 1)
}

function ownPremium(usage: Usage, price: ModelPrice, { provider }: CostContext): number {
  return billingOf(provider).family === 'anthropic' ? anthropicPremium(usage, price) : 1
}

/** Anthropic's own factors stand in the entry by name: the region of inference, and "fast". */
function anthropicPremium({ inferenceGeo, speed }: Usage, { provider_specific_entry: entry }: ModelPrice): number {
  if (!isObject(entry)) return 1
  const geo = inferenceGeo?.toLowerCase()
  const byPlace = geo && geo !== 'global' && geo !== 'not_available' ? rate(entry, geo) : undefined
  const bySpeed = speed === 'fast' ? rate(entry, 'fast') : undefined
  return (byPlace ?? 1) * (bySpeed ?? 1)
}

/** The tier to bill: the one that was served when it is known by name, else the one that was asked for. */
function billedTier(asked: unknown, served: string | undefined): string | undefined {
  const answer = served?.toLowerCase()
  if (answer && hasTierPrices(answer)) return answer
  if (answer && NORMAL.has(answer)) return undefined
  return typeof asked === 'string' && asked.toLowerCase() !== 'auto' ? asked : undefined
}

/** What built-in tools cost on top of tokens: web searches, file searches, code sessions. */
function toolCost(usage: Usage, price: ModelPrice, context: CostContext): Money {
  return webSearchCost(usage, price, context) + fileSearchCost(usage, price, context) + codeCost(usage, price, context)
}

type SearchRule = (searches: number, price: ModelPrice, context: CostContext) => Money

function webSearchCost({ quantities: { webSearches = 0 } }: Usage, price: ModelPrice, context: CostContext): Money {
  if (webSearches === 0) return ZERO
  const rule = SEARCH_RULES[searchFamily(price, context)] ?? bySize
  return rule(webSearches, price, context)
}

/** Claude on Vertex AI is searched for, and billed, as at Anthropic: its entries tell ("vertex_ai-anthropic_models"). */
function searchFamily({ litellm_provider: entry }: ModelPrice, { provider }: CostContext): BillingFamily {
  const { family } = billingOf(provider)
  if (family !== 'vertex_ai' || typeof entry !== 'string') return family
  return entry.includes('anthropic') ? 'anthropic' : billingOf(entry).family
}

/** Gemini 3 bills each query, earlier models each prompt that was grounded. */
function grounding(searches: number, price: ModelPrice): Money {
  return perUnit(searchRate(price, 'medium') ?? GROUNDING, price.web_search_billing_unit === 'per_query' ? searches : 1)
}

function anySize(price: ModelPrice): number | undefined {
  return ['medium', 'low', 'high'].map((size) => searchRate(price, size)).find((found) => found)
}

function fileSearchCost({ quantities: { fileSearches } }: Usage, price: ModelPrice, { provider }: CostContext): Money {
  if (!fileSearches || billingOf(provider).family === 'azure') return ZERO
  const per1k = rate(price, 'file_search_cost_per_1k_calls')
  return perUnit(per1k === undefined ? FILE_SEARCH : per1k / 1000, fileSearches)
}

function codeCost({ quantities: { codeSessions } }: Usage, price: ModelPrice, { provider }: CostContext): Money {
  if (!codeSessions) return ZERO
  return perUnit(
    rate(price, 'code_interpreter_cost_per_session') ?? CODE_SESSION[billingOf(provider).family],
    codeSessions,
  )
}
