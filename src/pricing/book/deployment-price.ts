import type { Json, ModelPrice } from '../../types.ts'
import { PRICE_SUFFIXES, rate } from '../cost/price-fields.ts'

const PRICE_FIELD = /cost|pricing|multiplier/
const BASE_FIELD = /^(?:input_cost_per_|output_cost_per_|ocr_cost_per_page|cost_per_second|tiered_pricing|off_peak)/
const DETAIL = /reasoning|audio_token|image_token|video_token|_above_|_batches|_flex|_priority/

/** The prices a deployment states itself, if it states any. */
export function ownPrice(price: ModelPrice | undefined): ModelPrice | undefined {
  const priced = price && Object.keys(price).some((field) => PRICE_FIELD.test(field) && isStated(price[field]))
  return priced ? price : undefined
}

/** Whether these prices stand alone. Details without a base price only change the entry of the model. */
export function isWhole(price: ModelPrice): boolean {
  return Object.keys(price).some((field) => isStated(price[field]) && BASE_FIELD.test(field) && !DETAIL.test(field))
}

/** `null` is not stated: LiteLLM's database holds it for each price that was never set. `NaN` was meant as a price. */
function isStated(value: unknown): boolean {
  return value != null && !Number.isNaN(value)
}

// Kept, so that a price stays one object: what is derived from it is remembered by that.
const joinedPrices = new WeakMap<ModelPrice, WeakMap<ModelPrice, ModelPrice>>()

/** The price of a deployment: its `own`, and of the `entry` of its model what that leaves open. */
export function deploymentPrice(own: ModelPrice, entry: ModelPrice): ModelPrice {
  const of = joinedPrices.get(own) ?? new WeakMap<ModelPrice, ModelPrice>()
  joinedPrices.set(own, of)
  const known = of.get(entry) ?? { ...leftOpen(own, entry), ...stated(own) }
  of.set(entry, known)
  return known
}

function stated(own: ModelPrice): Json {
  return pick(own, (field) => isStated(own[field]))
}

const CACHE_FIELDS = [
  'cache_creation_input_token_cost',
  'cache_creation_input_token_cost_above_1hr',
  'cache_creation_input_token_cost_above_200k_tokens',
  'cache_read_input_token_cost',
  'cache_read_input_token_cost_above_200k_tokens',
]

/**
 * What of the model's entry goes with prices that stand alone, as in LiteLLM's router: cache prices with an input price,
 * those of service tiers with either token price, the output price with tiers that state none for it, and everything with
 * off-peak hours alone. Beyond LiteLLM: what was stated and could not be read.
 */
function leftOpen(own: ModelPrice, entry: ModelPrice): Json {
  if (!isWhole(own) || isOffPeakAlone(own)) return entry
  const tokens = own.input_cost_per_token != null || own.output_cost_per_token != null
  return pick(entry, (field) => {
    if (Number.isNaN(own[field])) return true
    if (CACHE_FIELDS.includes(field)) return own.input_cost_per_token != null
    if (PRICE_SUFFIXES.some((suffix) => field.endsWith(suffix))) return tokens
    return field === 'output_cost_per_token' && Boolean(rate(entry, field)) && lacksOutput(own.tiered_pricing)
  })
}

function isOffPeakAlone({ off_peak_pricing, ...own }: ModelPrice): boolean {
  const bases = ['input_cost_per_token', 'input_cost_per_second', 'cost_per_second', 'tiered_pricing']
  return Boolean(off_peak_pricing) && bases.every((field) => own[field] == null)
}

function lacksOutput(tiers: unknown): boolean {
  return Array.isArray(tiers) && tiers.some((tier) => (tier as Json | null)?.output_cost_per_token === undefined)
}

function pick(entry: ModelPrice, isWanted: (field: string) => boolean): Json {
  return Object.fromEntries(Object.entries(entry).filter(([field]) => isWanted(field)))
}
