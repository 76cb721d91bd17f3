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
  close(): void
}

/** Prices: the deployments' own, then LiteLLM's map where one is configured, then the table that comes with us. */
export function pricesOf({ modelCostMap, modelCostMapCache }: ResolvedOptions, events: GatewayEvents): Prices {
  const map: PriceMap | undefined = modelCostMap
    ? createPriceMap({
        source: modelCostMap,
        cacheDir: modelCostMapCache,
        refreshMs: REFRESH_MS,
        timeoutMs: FETCH_TIMEOUT_MS,
        onFault: (error) => events.tell('fault', { error, where: 'price map' }),
      })
    : undefined
  const ready = map?.reload() ?? Promise.resolve()
  return { book: createPriceBook({ map: map?.table }), ready, close: () => map?.close() }
}
