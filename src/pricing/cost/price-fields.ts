import { isObject } from '../../lib/json.ts'
import { memoizeByObject } from '../../lib/memoize.ts'
import type { BillingFamily } from '../../models/providers/provider.ts'
import { billingOf } from '../../models/providers/providers.ts'
import type { ModelPrice } from '../../types.ts'

/** Dollars per token of one call, after tiers, thresholds and times of day have been decided. */
export interface TokenRates {
  readonly input: number
  readonly output: number
  readonly cacheRead: number
  readonly cacheWrite: number
  readonly cacheWrite1h: number
  readonly reasoning: number
}

/**
 * A price field as a number. Text counts where it is a number, as in LiteLLM. `undefined` is "no such price", and so is
 * what is no number; one below 0 is 0.
 */
export function rate(price: ModelPrice, field: string): number | undefined {
  const value = price[field]
  const number = typeof value === 'string' && value.trim() !== '' ? Number(value) : value
  if (typeof number !== 'number' || !Number.isFinite(number)) return undefined
  return Math.max(number, 0)
}

/** The first of `fields` that the price has. */
export function firstRate(price: ModelPrice, fields: readonly string[]): number | undefined {
  for (const field of fields) {
    const found = rate(price, field)
    if (found !== undefined) return found
  }
  return undefined
}

const TIER_SUFFIX: Readonly<Record<string, string>> = {
  flex: '_flex',
  balanced: '_balanced',
  priority: '_priority',
  fast: '_priority',
  ultrafast: '_ultrafast',
}

/** What stands behind the price of a service tier, each once. */
export const PRICE_SUFFIXES: readonly string[] = [...new Set(Object.values(TIER_SUFFIX))]

/** The names under which a price may stand for a service tier, the best first. */
export function tieredFields(field: string, serviceTier: string | undefined): readonly [string, ...string[]] {
  const suffix = serviceTier && TIER_SUFFIX[serviceTier.toLowerCase()]
  return suffix ? [field + suffix, field] : [field]
}

/** Whether prices may depend on a tier of this name. */
export function hasTierPrices(serviceTier: string): boolean {
  return Object.hasOwn(TIER_SUFFIX, serviceTier.toLowerCase())
}

/** xAI bills the higher price once the input reaches a threshold; everyone else when it is above. */
const INCLUSIVE: ReadonlySet<BillingFamily> = new Set(['xai'])

/**
 * `field` for this service tier, replaced by the one of the highest threshold that the input crosses and that has one.
 * `suffix` stands behind all of it, as in "input_cost_per_token_above_200k_tokens_batches".
 */
export function ratesOver(
  price: ModelPrice,
  field: string,
  promptTokens: number,
  provider: string,
  serviceTier: string | undefined,
  suffix = '',
): number | undefined {
  const isInclusive = INCLUSIVE.has(billingOf(provider).family)
  for (const threshold of thresholdsOf(price)) {
    const crossed = isInclusive ? promptTokens >= threshold.tokens : promptTokens > threshold.tokens
    const found =
      crossed && firstRate(price, tieredFields(`${field}_above_${threshold.name}_tokens${suffix}`, serviceTier))
    if (found !== undefined && found !== false) return found
  }
  return firstRate(price, tieredFields(field + suffix, serviceTier))
}

interface Threshold {
  /** As it is written in the field, e.g. "200k". */
  readonly name: string
  readonly tokens: number
}

const THRESHOLD = /_above_(\d+(?:\.\d+)?)(k?)_tokens/

/** All thresholds a price names, the highest first. */
export const thresholdsOf = memoizeByObject((price: ModelPrice): readonly Threshold[] => {
  const byName = new Map<string, number>()
  for (const field of Object.keys(price)) {
    const [, count, thousands = ''] = THRESHOLD.exec(field) ?? []
    if (count !== undefined) byName.set(count + thousands, Number(count) * (thousands ? 1000 : 1))
  }
  return [...byName].map(([name, tokens]) => ({ name, tokens })).sort((a, b) => b.tokens - a.tokens)
})

/** Dollars per web search with this much context ("low", "medium", "high"), if the price has one. */
export function searchRate(price: ModelPrice, size: string): number | undefined {
  const costs = price.search_context_cost_per_query
  return isObject(costs) ? rate(costs, `search_context_size_${size}`) : undefined
}
