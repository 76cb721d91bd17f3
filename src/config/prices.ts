import type { Json, ModelPrice } from '../types.ts'

/** Price fields whose names do not say "cost". */
const OTHERS: ReadonlySet<string> = new Set([
  'tiered_pricing',
  'off_peak_pricing',
  'regional_endpoint_uplift_multiplier',
])

/** Whether a field of `litellm_params` or `model_info` is a price: `input_cost_per_token`, `cache_read_input_token_cost`, ... */
export function isPriceField(name: string): boolean {
  return /(^|_)cost(_|$)/.test(name) || OTHERS.has(name)
}

/**
 * The price fields of one model entry, or `undefined` when it names none. Numbers that were written as text are numbers,
 * and an explicit 0 stays: it means free.
 */
export function priceOf(modelInfo: Json, params: Json): ModelPrice | undefined {
  const fields = Object.entries({ ...modelInfo, ...params }).filter(([name]) => isPriceField(name))
  if (fields.length === 0) return undefined
  return Object.fromEntries(fields.map(([name, value]) => [name, numberOf(value)]))
}

function numberOf(value: unknown): unknown {
  const number = typeof value === 'string' && value.trim() !== '' ? Number(value) : value
  return Number.isFinite(number) ? number : value
}
