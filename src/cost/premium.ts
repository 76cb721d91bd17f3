import type { Json, ModelPrice, Usage } from '../types.ts'
import type { CostContext } from './cost-context.ts'
import { rate } from './price-fields.ts'

/** The factor by which all tokens of a call are dearer: where it was computed, and how fast. Mostly 1. */
export function premium(usage: Usage, price: ModelPrice, { provider, location = {} }: CostContext): number {
  const { dataResidency, vertexLocation } = location
  const regional = dataResidency ? rate(price, `regional_processing_uplift_multiplier_${dataResidency}`) : undefined
  const endpoint =
    vertexLocation && vertexLocation !== 'global' ? rate(price, 'regional_endpoint_uplift_multiplier') : undefined
  return (regional ?? 1) * (endpoint ?? 1) * (provider === 'anthropic' ? anthropicPremium(usage, price) : 1)
}

/** Anthropic's own factors stand in the entry by name: the region of inference, and "fast". */
function anthropicPremium({ inferenceGeo, speed }: Usage, { provider_specific_entry: entry }: ModelPrice): number {
  if (typeof entry !== 'object' || entry === null) return 1
  const geo = inferenceGeo?.toLowerCase()
  const byPlace = geo && geo !== 'global' && geo !== 'not_available' ? rate(entry as Json, geo) : undefined
  const bySpeed = speed === 'fast' ? rate(entry as Json, 'fast') : undefined
  return (byPlace ?? 1) * (bySpeed ?? 1)
}
