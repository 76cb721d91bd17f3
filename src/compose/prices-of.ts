import type { ResolvedOptions } from '../config/options.ts'
import type { GatewayEvents } from '../events.ts'
import { createPriceBook } from '../pricing/book/price-book.ts'
import { createPriceMap, type PriceMap } from '../pricing/map/price-map.ts'
import type { PriceBook } from '../types.ts'

const REFRESH_MS = 24 * 3_600_000
const FETCH_TIMEOUT_MS = 5_000

export interface Prices {
  readonly book: PriceBook
  /** Resolves when the price list has been read, or could not be. */
  readonly ready: Promise<void>
  /** Resolves when the list that the configuration names now has been read, or could not be. */
  configure(config: ResolvedOptions): Promise<void>
  close(): void
}

/** Prices: the deployments' own, then LiteLLM's map where one is configured, then the table that comes with us. */
export function pricesOf(config: ResolvedOptions, events: GatewayEvents): Prices {
  let source = config.modelCostMap
  let map = openMap(config)
  const ready = map?.reload() ?? Promise.resolve()
  return {
    book: createPriceBook({ map: () => map?.table() }),
    ready,
    async configure(next) {
      if (next.modelCostMap !== source) {
        source = next.modelCostMap
        const fresh = openMap(next)
        // Until the new list is there, the old one holds.
        await fresh?.reload()
        map?.close()
        map = fresh
      } else await map?.reload()
    },
    close: () => map?.close(),
  }

  function openMap({ modelCostMap, modelCostMapCache }: ResolvedOptions): PriceMap | undefined {
    if (!modelCostMap) return undefined
    return createPriceMap({
      source: modelCostMap,
      cacheDir: modelCostMapCache,
      refreshMs: REFRESH_MS,
      timeoutMs: FETCH_TIMEOUT_MS,
      onFault: (error) => events.tell('fault', { error, where: 'price map' }),
    })
  }
}
