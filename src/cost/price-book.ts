import type { Deployment, FoundPrice, Json, ModelPrice, PriceBook, PriceHints } from '../types.ts'
import { createEmbeddedPrices } from './embedded-prices.ts'
import { locationOf } from './location.ts'
import { priceNames } from './price-names.ts'
import type { PriceTable } from './price-table.ts'
import { sameProvider } from './same-provider.ts'
import { sizeBucket } from './size-bucket.ts'

export interface PriceBookOptions {
  /** LiteLLM's price map, if there is one; asked at each look-up, so that it may be replaced at any time. */
  readonly map?: () => PriceTable | undefined
  /** What is known without it. Default: the table that comes with this package. */
  readonly embedded?: PriceTable
}

/**
 * Prices of deployments: their own first (an explicit 0 is free), then LiteLLM's map, then the embedded table. A
 * deployment that prices only details (a cache price, say) changes those of the entry and keeps the rest.
 */
export function createPriceBook({ map, embedded = createEmbeddedPrices() }: PriceBookOptions = {}): PriceBook {
  const known = new WeakMap<Deployment, Known>()
  return {
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

  function knownOf(deployment: Deployment, table: PriceTable | undefined): Known {
    const last = known.get(deployment)
    if (last && last.table === table) return last
    const fresh = { table, byModel: new Map() }
    known.set(deployment, fresh)
    return fresh
  }

  function search(deployment: Deployment, hints: PriceHints, table: PriceTable | undefined): FoundPrice | undefined {
    const own = ownPrice(deployment.price)
    if (own && isWhole(own)) return { price: own, from: { source: 'deployment', key: deployment.id } }
    const found = lookUp(deployment, hints, table, 'map') ?? lookUp(deployment, hints, embedded, 'embedded')
    return own && found ? { ...found, price: merge(found.price, own) } : found
  }
}

/** What a deployment was found to cost, by the model that it says has answered, as long as the map is this one. */
interface Known {
  readonly table: PriceTable | undefined
  readonly byModel: Map<string, FoundPrice | undefined>
}

const MAX_MODELS = 64

const PRICE_FIELD = /cost|pricing|multiplier/
const BASE_FIELD = /^(?:input_cost_per_|output_cost_per_|ocr_cost_per_page|cost_per_second|tiered_pricing|off_peak)/
const DETAIL = /reasoning|audio_token|image_token|video_token|_above_|_batches|_flex|_priority/

function ownPrice(price: ModelPrice | undefined): ModelPrice | undefined {
  const priced = price && Object.keys(price).some((field) => PRICE_FIELD.test(field) && price[field] != null)
  return priced ? price : undefined
}

/** Whether these prices stand alone. Details without a base price only change another entry. */
function isWhole(price: ModelPrice): boolean {
  return Object.keys(price).some((field) => price[field] != null && BASE_FIELD.test(field) && !DETAIL.test(field))
}

// Kept, so that a price stays one object: what is derived from it is remembered by that.
const merged = new WeakMap<ModelPrice, WeakMap<ModelPrice, ModelPrice>>()

function merge(price: ModelPrice, own: ModelPrice): ModelPrice {
  const of = merged.get(own) ?? new WeakMap<ModelPrice, ModelPrice>()
  merged.set(own, of)
  const known = of.get(price) ?? { ...price, ...own }
  of.set(price, known)
  return known
}

type Source = 'map' | 'embedded'

function lookUp(deployment: Deployment, hints: PriceHints, table: PriceTable | undefined, source: Source) {
  if (!table) return undefined
  for (const key of keysOf(deployment, hints)) {
    const price = table.get(key)
    if (!price || !sameProvider(deployment.provider, price.litellm_provider)) continue
    // An entry without any price ends the search: the same name elsewhere would be somebody else's price.
    return hasPrice(price) ? ({ price, from: { source, key, mapHash: table.hash } } satisfies FoundPrice) : undefined
  }
  return undefined
}

function hasPrice(price: Json): boolean {
  return Object.keys(price).some((field) => PRICE_FIELD.test(field))
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
