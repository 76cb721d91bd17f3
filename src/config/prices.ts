import { pathText, shown } from '../lib/config-error.ts'
import { isPlainObject } from '../lib/environment.ts'
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

type Path = readonly (string | number)[]

/** A config with `NaN` for each price that cannot be read, and a sentence about each of them. */
export interface ReadablePrices {
  readonly config: Json
  readonly unread: readonly string[]
}

/**
 * Finds in a config's `model_list` what stands as a price and is none. A wrong price takes no model away: `NaN` says that
 * the model's price in the price list is to be charged in its place.
 */
export function readablePrices(config: Json): ReadablePrices {
  const unread: string[] = []
  if (!Array.isArray(config.model_list)) return { config, unread }
  const entries = config.model_list.map((entry, index) => {
    if (!isPlainObject(entry)) return entry
    const sections = ['litellm_params', 'model_info'].filter((name) => isPlainObject(entry[name]))
    const read = sections.map((name) => [name, readFields(entry[name] as Json, ['model_list', index, name], unread)])
    return { ...entry, ...Object.fromEntries(read) }
  })
  return unread.length > 0 ? { config: { ...config, model_list: entries }, unread } : { config, unread }
}

function readFields(fields: Json, at: Path, unread: string[]): Json {
  const known = Object.entries(fields).flatMap(([name, value]): [string, unknown][] => {
    if (!isPriceField(name)) return [[name, value]]
    const path = [...at, name]
    if (isReadable(name, value)) return [[name, readWithin(value, path, unread)]]
    unread.push(`${pathText(path)}: ${shown(value, path)} is no price in US dollars`)
    return [[name, Number.NaN]]
  })
  return Object.fromEntries(known)
}

/** Tiers and off-peak hours hold prices of their own. */
function readWithin(value: unknown, at: Path, unread: string[]): unknown {
  if (Array.isArray(value)) return value.map((item, index) => readWithin(item, [...at, index], unread))
  return isPlainObject(value) ? readFields(value, at, unread) : value
}

const MAPPINGS: ReadonlySet<string> = new Set(['off_peak_pricing', 'search_context_cost_per_query'])

function isReadable(name: string, value: unknown): boolean {
  if (Array.isArray(value)) return name === 'tiered_pricing'
  if (isPlainObject(value)) return MAPPINGS.has(name)
  const number = numberOf(value)
  return typeof number === 'number' && number >= 0 && number < Number.POSITIVE_INFINITY
}
