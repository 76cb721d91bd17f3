import { createEmbeddedPrices } from '../../src/pricing/book/embedded-prices.ts'
import { costOf } from '../../src/pricing/cost/cost.ts'
import { locationOf } from '../../src/pricing/cost/cost-context.ts'
import type { Json, Usage } from '../../src/types.ts'
import { usageOf } from '../../src/usage/shapes/reader.ts'

const prices = createEmbeddedPrices()

/** The dollars of a row, computed from nothing but the row and the price table that it names. */
export function recomputedSpend(row: Record<string, any>): number {
  const { price, usage_object, billed_usage, cost_breakdown } = row.metadata
  if (price.source !== 'embedded' || price.mapHash !== prices.hash) throw new Error(`No table for ${price.source}`)
  return costOf(usageIn(row, usage_object, billed_usage), prices.get(price.key)!, {
    provider: row.custom_llm_provider,
    callType: row.call_type,
    startedAt: row.startTime,
    durationMs: row.endTime - row.startTime,
    location: locationOf({ baseUrl: row.api_base }),
    serviceTier: price.tier ?? undefined,
    discount: cost_breakdown.discount_percent,
  }).total
}

function usageIn(row: Record<string, any>, object: Record<string, any>, billed: Record<string, any> = {}): Usage {
  const { prompt_tokens_details: prompt, completion_tokens_details: completion } = object
  return usageOf({
    promptTokens: row.prompt_tokens,
    completionTokens: row.completion_tokens,
    cacheReadTokens: prompt.cached_tokens,
    cacheWriteTokens: object.cache_creation_input_tokens ?? 0,
    cacheWrite1hTokens: billed.cache_creation_1h_tokens ?? 0,
    cacheWrite5mTokens: billed.cache_creation_5m_tokens,
    reasoningTokens: completion.reasoning_tokens,
    promptDetails: modalities(prompt),
    completionDetails: modalities(completion),
    cacheReadDetails: billed.cache_read_details,
    quantities: billed.quantities ?? {},
    imageSize: billed.image_size,
    imageQuality: billed.image_quality,
    inferenceGeo: billed.inference_geo,
    speed: billed.speed,
  })
}

function modalities(details: Json) {
  const names = ['text', 'audio', 'image', 'video'].filter((name) => details[`${name}_tokens`] !== undefined)
  return Object.fromEntries(names.map((name) => [name, details[`${name}_tokens`]]))
}
