import type { Deployment, FoundPrice, Json, PriceBook, PriceHints } from '../../types.ts'
import { locationOf } from '../cost/cost-context.ts'
import { deploymentPrice, isWhole, ownPrice } from './deployment-price.ts'
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
    { readonly table: PriceTable | undefined; readonly entry: Json | undefined }
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

  function describe(deployment: Deployment): Json | undefined {
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
function entryFor(deployment: Deployment, table: PriceTable | undefined): Json | undefined {
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
