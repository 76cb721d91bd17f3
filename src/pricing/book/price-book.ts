import { object } from '../../lib/json.ts'
import type { Deployment, FoundPrice, ModelPrice, PriceBook, PriceHints } from '../../types.ts'
import { locationOf } from '../cost/cost-context.ts'
import { PRICE_SUFFIXES, rate } from '../cost/price-fields.ts'
import { createEmbeddedPrices, embeddedAbilities } from './embedded-prices.ts'
import { priceNames, sameProvider, sizeBucket } from './price-names.ts'
import type { PriceTable } from './price-table.ts'

export interface PriceBookOptions {
  /** LiteLLM's price map, if there is one; asked at each look-up, so that it may be replaced at any time. */
  readonly map?: () => PriceTable | undefined
  /** What is known without it. Default: the table that comes with this package. */
  readonly embedded?: PriceTable
  /** What models can do, as far as is known without the map. Default: the table that comes with this package. */
  readonly abilities?: PriceTable
}

/**
 * Prices of deployments: their own first (an explicit 0 is free), then LiteLLM's map, then the embedded table. What a
 * deployment leaves open it has of the model's entry.
 */
export function createPriceBook(options: PriceBookOptions = {}): PriceBook {
  const { map, embedded = createEmbeddedPrices(), abilities = embeddedAbilities } = options
  const known = new WeakMap<Deployment, Known>()
  const described = new WeakMap<
    Deployment,
    { readonly table: PriceTable | undefined; readonly entry: ModelPrice | undefined }
  >()
  return {
    describe,
    basis: () => map?.() ?? embedded,
    find(deployment, hints = {}) {
      const table = map?.()
      if (hints.variants && hints.variants.length > 0) return search(deployment, hints, table)
      const { byModel } = knownOf(deployment, table)
      const model = hints.responseModel ?? ''
      if (byModel.has(model)) return byModel.get(model)
      const found = search(deployment, hints, table)
      // Names that an upstream made up must not fill the memory.
      if (byModel.size < MAX_MODELS) byModel.set(model, found)
      return found
    },
  }

  function describe(deployment: Deployment): ModelPrice | undefined {
    const table = map?.()
    const last = described.get(deployment)
    if (last && last.table === table) return last.entry
    const entry = entryFor(deployment, table) ?? entryFor(deployment, abilities)
    described.set(deployment, { table, entry })
    return entry
  }

  function knownOf(deployment: Deployment, table: PriceTable | undefined): Known {
    const last = known.get(deployment)
    if (last && last.table === table) return last
    const fresh = { table, byModel: new Map() }
    known.set(deployment, fresh)
    return fresh
  }

  function search(deployment: Deployment, hints: PriceHints, table: PriceTable | undefined): FoundPrice | undefined {
    const own = ownPrice(deployment.price)
    const alone = own !== undefined && isWhole(own)
    // Prices that stand alone are those of the deployment, whatever model or size the answer names.
    const asked = alone ? {} : hints
    const found = lookUp(deployment, asked, table, 'map') ?? lookUp(deployment, asked, embedded, 'embedded')
    if (!own) return found
    const price = found ? deploymentPrice(own, found.price) : own
    return alone ? { price, from: { source: 'deployment', key: deployment.id } } : found && { ...found, price }
  }
}

/** What a deployment was found to cost, by the model that it says has answered, as long as the map is this one. */
interface Known {
  readonly table: PriceTable | undefined
  readonly byModel: Map<string, FoundPrice | undefined>
}

const MAX_MODELS = 64

type Source = 'map' | 'embedded'

function lookUp(deployment: Deployment, hints: PriceHints, table: PriceTable | undefined, source: Source) {
  if (!table) return undefined
  for (const key of keysOf(deployment, hints)) {
    const price = table.get(key)
    if (!price || !sameProvider(deployment.provider, price.litellm_provider)) continue
    // An entry without any price ends the search: the same name elsewhere would be somebody else's price.
    return ownPrice(price) ? ({ price, from: { source, key, mapHash: table.hash } } satisfies FoundPrice) : undefined
  }
  return undefined
}

/** Of the names of a model, what stands under the first that is its provider's. */
function entryFor(deployment: Deployment, table: PriceTable | undefined): ModelPrice | undefined {
  if (!table) return undefined
  for (const key of keysOf(deployment, {})) {
    const entry = table.get(key)
    if (entry && sameProvider(deployment.provider, entry.litellm_provider)) return entry
  }
  return undefined
}

function* keysOf(deployment: Deployment, { responseModel, variants = [] }: PriceHints): Iterable<string> {
  const { baseModel, model, provider } = deployment
  const { region } = locationOf(deployment)
  const models = baseModel ? [baseModel, model] : responseModel ? [responseModel, model] : [model]
  for (const name of models) {
    const names = priceNames(name, provider, region)
    for (const variant of variants) yield* names.map((key) => withVariant(key, variant, provider))
    yield* names
  }
  const bucket = sizeBucket(model, provider)
  if (bucket) yield bucket
}

/** "openai/dall-e-3" of variant "hd/1024-x-1024" stands under "openai/hd/1024-x-1024/dall-e-3". */
function withVariant(key: string, variant: string, provider: string): string {
  const prefix = `${provider}/`
  return key.startsWith(prefix) ? `${prefix}${variant}/${key.slice(prefix.length)}` : `${variant}/${key}`
}

const PRICE_FIELD = /cost|pricing|multiplier/
const BASE_FIELD = /^(?:input_cost_per_|output_cost_per_|ocr_cost_per_page|cost_per_second|tiered_pricing|off_peak)/
const DETAIL = /reasoning|audio_token|image_token|video_token|_above_|_batches|_flex|_priority/

/** The prices a deployment states itself, if it states any. */
function ownPrice(price: ModelPrice | undefined): ModelPrice | undefined {
  const priced = price && Object.keys(price).some((field) => PRICE_FIELD.test(field) && isStated(price[field]))
  return priced ? price : undefined
}

/** Whether these prices stand alone. Details without a base price only change the entry of the model. */
function isWhole(price: ModelPrice): boolean {
  return Object.keys(price).some((field) => isStated(price[field]) && BASE_FIELD.test(field) && !DETAIL.test(field))
}

/** `null` is not stated: LiteLLM's database holds it for each price that was never set. `NaN` was meant as a price. */
function isStated(value: unknown): boolean {
  return value != null && !Number.isNaN(value)
}

// Kept, so that a price stays one object: what is derived from it is remembered by that.
const joinedPrices = new WeakMap<ModelPrice, WeakMap<ModelPrice, ModelPrice>>()

/** The price of a deployment: its `own`, and of the `entry` of its model what that leaves open. */
function deploymentPrice(own: ModelPrice, entry: ModelPrice): ModelPrice {
  const of = joinedPrices.get(own) ?? new WeakMap<ModelPrice, ModelPrice>()
  joinedPrices.set(own, of)
  const known = of.get(entry) ?? { ...leftOpen(own, entry), ...stated(own) }
  of.set(entry, known)
  return known
}

function stated(own: ModelPrice): ModelPrice {
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
function leftOpen(own: ModelPrice, entry: ModelPrice): ModelPrice {
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
  return Array.isArray(tiers) && tiers.some((tier) => object(tier).output_cost_per_token === undefined)
}

function pick(entry: ModelPrice, isWanted: (field: string) => boolean): ModelPrice {
  return Object.fromEntries(Object.entries(entry).filter(([field]) => isWanted(field)))
}
