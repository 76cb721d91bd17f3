import { object } from '../../lib/json.ts'
import type { Cost, Json, OtherUsage, Usage } from '../../types.ts'
import { cleanJson, membersText } from './clean.ts'

/**
 * What of a usage is billed beside the tokens that LiteLLM's columns and names tell of, so that the row's cost can be
 * computed again from the row: quantities, kinds of tokens and what other models did. `undefined` where it is nothing,
 * as for most calls.
 */
export function billedUsage(usage: Usage | undefined): Json | undefined {
  if (!usage) return undefined
  const { quantities, cacheWrite1hTokens, cacheWrite5mTokens, cacheReadDetails = {}, others = [] } = usage
  const { imageSize, imageQuality, inferenceGeo, speed } = usage
  const isSaid =
    imageSize || imageQuality || inferenceGeo || speed || cacheWrite1hTokens || cacheWrite5mTokens || others.length > 0
  if (!isSaid && isEmpty(quantities) && isEmpty(cacheReadDetails)) return undefined
  return known({
    quantities: isEmpty(quantities) ? undefined : quantities,
    cache_read_details: isEmpty(cacheReadDetails) ? undefined : cacheReadDetails,
    cache_creation_1h_tokens: cacheWrite1hTokens || undefined,
    cache_creation_5m_tokens: cacheWrite5mTokens,
    image_size: imageSize,
    image_quality: imageQuality,
    inference_geo: inferenceGeo,
    speed,
    others: others.length > 0 ? others.map(otherModel) : undefined,
  })
}

function otherModel({ model, usage, callType }: OtherUsage): Json {
  const { promptTokens, completionTokens, cacheReadTokens, cacheWriteTokens, promptDetails, completionDetails } = usage
  return known({
    model,
    call_type: callType,
    prompt_tokens: promptTokens,
    completion_tokens: completionTokens,
    cache_read_tokens: cacheReadTokens,
    cache_creation_tokens: cacheWriteTokens,
    prompt_details: promptDetails,
    completion_details: completionDetails,
    ...billedUsage(usage),
  })
}

function known(members: Json): Json {
  return Object.fromEntries(Object.entries(members).filter(([, value]) => value !== undefined))
}

function isEmpty(object: object): boolean {
  for (const _ in object) return false
  return true
}

/**
 * `usage_object` and `additional_usage_values`, as JSON text of two members: the usage as dashboards read it, the
 * provider's own object with LiteLLM's names on top, and what it says beyond the three totals.
 */
export function usageMembers(usage: Usage | undefined): string {
  if (!usage) return '"usage_object":null,"additional_usage_values":{}'
  const { promptTokens, completionTokens } = usage
  const totals = membersText({
    prompt_tokens: promptTokens,
    completion_tokens: completionTokens,
    total_tokens: promptTokens + completionTokens,
  })
  const additional = membersText(additionalValues(usage))
  return `"usage_object":{${totals},${additional}},"additional_usage_values":{${additional}}`
}

/** Never empty. */
function additionalValues(usage: Usage): Json {
  const { prompt_tokens, completion_tokens, total_tokens, ...raw } = object(cleanJson(usage.raw))
  return {
    ...raw,
    prompt_tokens_details: {
      ...object(raw.prompt_tokens_details),
      ...detailsOf(usage.promptDetails),
      cached_tokens: usage.cacheReadTokens,
    },
    completion_tokens_details: {
      ...object(raw.completion_tokens_details),
      ...detailsOf(usage.completionDetails),
      reasoning_tokens: usage.reasoningTokens,
    },
    ...cacheTokens(usage),
  }
}

function cacheTokens({ cacheReadTokens, cacheWriteTokens }: Usage): Json {
  return {
    ...(cacheReadTokens > 0 && { cache_read_input_tokens: cacheReadTokens }),
    ...(cacheWriteTokens > 0 && { cache_creation_input_tokens: cacheWriteTokens }),
  }
}

function detailsOf(details: Usage['promptDetails']): Json {
  const named: Record<string, number | undefined> = {}
  for (const modality in details) named[`${modality}_tokens`] = details[modality as keyof typeof details]
  return named
}

/** `metadata.cost_breakdown` as LiteLLM names its parts: US dollars, from which the row's `spend` can be recomputed. */
export function costBreakdown(cost: Cost): Json {
  return {
    input_cost: cost.input,
    output_cost: cost.output,
    cache_read_cost: cost.cacheRead,
    cache_creation_cost: cost.cacheWrite,
    reasoning_cost: cost.reasoning,
    tool_usage_cost: cost.tools,
    original_cost: cost.original,
    discount_percent: cost.discountPercent,
    discount_amount: cost.discountAmount,
    margin_percent: cost.marginPercent,
    margin_fixed_amount: cost.marginFixedAmount,
    margin_total_amount: cost.marginAmount,
    total_cost: cost.total,
    data_residency: null,
    vertex_location: null,
    service_tier: cost.serviceTier ?? null,
  }
}
