import { object } from '../../lib/json.ts'
import { memoizeByObject } from '../../lib/memoize.ts'
import type { ModelPrice } from '../../types.ts'
import { type OffPeak, offPeakOf } from './off-peak.ts'
import { firstRate, rate, ratesOver, type TokenRates, thresholdsOf, tieredFields } from './price-fields.ts'

export interface RateContext {
  readonly provider: string
  /** "flex", "priority", "fast", ...; anything without prices of its own means the normal ones. */
  readonly serviceTier?: string
  /** When the call started; decides off-peak prices. */
  readonly startedAt: Date
}

/**
 * The rates of a call with `promptTokens` of input, decided as LiteLLM's generic_cost_per_token does (1.106): a table
 * of tiers decides alone; else the flat prices, replaced by those of each threshold the input crosses; an open off-peak
 * window replaces both. Cached tokens without a price of their own are ordinary input.
 */
export function tokenRates(price: ModelPrice, promptTokens: number, context: RateContext): TokenRates {
  const same = context.serviceTier === undefined && sameRates(price).rates
  return same || ratesNow(price, promptTokens, context)
}

/** The rates of a price that are the same for all calls of the normal tier. Most have nothing to decide. */
const sameRates = memoizeByObject((price: ModelPrice): { readonly rates?: TokenRates } => {
  const decided = price.off_peak_pricing != null || price.tiered_pricing != null || thresholdsOf(price).length > 0
  return decided ? {} : { rates: flatRates(price, 0, { provider: '' }, undefined) }
})

function ratesNow(price: ModelPrice, promptTokens: number, context: RateContext): TokenRates {
  const offPeak = offPeakOf(price, context.startedAt)
  const rates = tierRates(price, promptTokens, offPeak) ?? flatRates(price, promptTokens, context, offPeak)
  return offPeak ? { ...rates, ...offPeak.rates } : rates
}

function tierRates(price: ModelPrice, promptTokens: number, offPeak: OffPeak | undefined): TokenRates | undefined {
  const tier = pricedTier(price, promptTokens)
  if (!tier) return undefined
  const input = rate(tier, 'input_cost_per_token') ?? 0
  const output = rate(tier, 'output_cost_per_token')
  const cacheWrite = rate(tier, 'cache_creation_input_token_cost') ?? input
  const standard = output ?? rate(price, 'output_cost_per_token') ?? 0
  const reasoning = rate(tier, 'output_cost_per_reasoning_token') ?? output
  return {
    input,
    output: standard,
    cacheRead: rate(tier, 'cache_read_input_token_cost') ?? input,
    cacheWrite,
    cacheWrite1h: rate(tier, 'cache_creation_input_token_cost_above_1hr') || cacheWrite,
    reasoning: reasoning ?? rate(price, 'output_cost_per_reasoning_token') ?? offPeak?.rates.output ?? standard,
  }
}

function flatRates(
  price: ModelPrice,
  promptTokens: number,
  { provider, serviceTier }: Pick<RateContext, 'provider' | 'serviceTier'>,
  offPeak: OffPeak | undefined,
): TokenRates {
  const find = (field: string) => ratesOver(price, field, promptTokens, provider, serviceTier)
  const input = find('input_cost_per_token') ?? 0
  // An entry that prices only image tokens means them when it says output.
  const output = thresholdOr(find('output_cost_per_token')) ?? 0
  const missing = offPeak?.rates.input ?? input
  const cacheWrite = find('cache_creation_input_token_cost') ?? missing
  return {
    input,
    output,
    cacheRead: find('cache_read_input_token_cost') ?? missing,
    cacheWrite,
    cacheWrite1h: find('cache_creation_input_token_cost_above_1hr') ?? offPeak?.rates.cacheWrite ?? cacheWrite,
    reasoning: reasoningRate(price, serviceTier) ?? offPeak?.rates.output ?? output,
  }

  function thresholdOr(found: number | undefined): number | undefined {
    return found || (rate(price, 'output_cost_per_image_token') ?? found)
  }
}

function reasoningRate(price: ModelPrice, serviceTier: string | undefined): number | undefined {
  const [tierField] = tieredFields('output_cost_per_reasoning_token', serviceTier)
  const found = rate(price, tierField)
  if (found !== undefined) return found
  const [outputField] = tieredFields('output_cost_per_token', serviceTier)
  const tierHasOutput = outputField !== 'output_cost_per_token' && rate(price, outputField) !== undefined
  return tierHasOutput ? undefined : firstRate(price, ['output_cost_per_reasoning_token'])
}

/**
 * The tier of a `tiered_pricing` table that covers `promptTokens`: from above its lower bound up to and including its
 * upper one, else the last. All tokens of the call are billed at that one tier. `undefined` when the table has nothing
 * to say about this call.
 */
function pricedTier(price: ModelPrice, promptTokens: number): PriceTier | undefined {
  const table = price.tiered_pricing
  if (!Array.isArray(table) || promptTokens <= 0) return undefined
  const tiers = table.filter(isTier).sort((a, b) => bound(a, 0) - bound(b, 0))
  const found = tiers.find((tier) => bound(tier, 0) < promptTokens && promptTokens <= bound(tier, 1)) ?? tiers.at(-1)
  return found && rate(found, 'input_cost_per_token') !== undefined ? found : undefined
}

type PriceTier = ModelPrice & { readonly range: readonly [from: unknown, to: unknown] }

function isTier(value: unknown): value is PriceTier {
  const { range } = object(value)
  return Array.isArray(range) && range.length === 2
}

function bound(tier: PriceTier, index: 0 | 1): number {
  return Number(tier.range[index])
}
