import { EMBEDDED_PRICES_MODELS } from '../cost/embedded-table.ts'

/** LiteLLM's MODEL_COST_MAP_MIN_MODEL_COUNT and MODEL_COST_MAP_MAX_SHRINK_RATIO. */
const MIN_MODELS = 50
const MAX_SHRINK_RATIO = 0.5

/**
 * `value` as a price map, if it is a plausible one: an object of at least 50 entries, and at least half as many as the
 * last one (or as the embedded table). A truncated or replaced file must not make calls free.
 */
export function checkPriceMap(value: unknown, lastSize: number): Readonly<Record<string, unknown>> {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw new TypeError('The price map is not a JSON object')
  }
  const size = Object.keys(value).length
  const least = Math.max(MIN_MODELS, (lastSize || EMBEDDED_PRICES_MODELS) * MAX_SHRINK_RATIO)
  if (size < least) throw new RangeError(`The price map has only ${size} entries; at least ${least} are expected`)
  return value as Readonly<Record<string, unknown>>
}
