import { oncePer } from '../once-per.ts'
import type { Json, ModelPrice } from '../types.ts'
import { rate } from './price-fields.ts'

/** Fireworks bills cached input at half price unless an entry says otherwise. */
const FIREWORKS_CACHE_RATIO = 0.5

/** `price` with what a provider charges for things its entry does not name. */
export function withProviderDefaults(price: ModelPrice, provider: string): ModelPrice {
  // Entries of its embedding models carry another name.
  if (provider !== 'fireworks_ai' || (price.litellm_provider ?? provider) !== provider) return price
  return fireworks(price)
}

const fireworks = oncePer((price: ModelPrice): ModelPrice => {
  const cacheRead = halfInput(price)
  if (cacheRead === undefined || rate(price, 'cache_read_input_token_cost') !== undefined) return price
  const offPeak = price.off_peak_pricing as Json | null | undefined
  if (typeof offPeak !== 'object' || offPeak === null || 'cache_read_input_token_cost' in offPeak) {
    return { ...price, cache_read_input_token_cost: cacheRead }
  }
  const offPeakRead = halfInput(offPeak) ?? cacheRead
  return {
    ...price,
    cache_read_input_token_cost: cacheRead,
    off_peak_pricing: { ...offPeak, cache_read_input_token_cost: offPeakRead },
  }
})

function halfInput(price: Json): number | undefined {
  const input = rate(price, 'input_cost_per_token')
  return input === undefined ? undefined : input * FIREWORKS_CACHE_RATIO
}
