import { type PriceTable, priceTableOf } from '../cost/price-table.ts'
import { checkPriceMap } from './check-price-map.ts'
import { readSource } from './read-source.ts'

export interface PriceMapOptions {
  /** A file path or an http(s) URL of LiteLLM's `model_prices_and_context_window.json`. */
  readonly source: string
  /** How often it is read again. 0 reads it once. */
  readonly refreshMs: number
  /** How long one attempt to fetch may take. */
  readonly timeoutMs: number
  /** Told of every failure to load; the last good map stays in use. */
  readonly onFault?: (error: unknown) => void
  readonly fetch?: typeof fetch
}

/** LiteLLM's price map, loaded in the background and kept fresh. */
export interface PriceMap {
  /** The last good one; `undefined` until the first is there. */
  table(): PriceTable | undefined
  /** Loads now. Resolves when that has succeeded or failed; never rejects. */
  reload(): Promise<void>
  close(): void
}

export function createPriceMap(options: PriceMapOptions): PriceMap {
  const { source, refreshMs, onFault } = options
  const closing = new AbortController()
  let current: PriceTable | undefined
  let size = 0
  let loading: Promise<void> | undefined

  async function load(): Promise<void> {
    try {
      const { value, hash } = await readSource({ ...options, source, signal: closing.signal })
      const map = checkPriceMap(value, size)
      size = Object.keys(map).length
      current = priceTableOf(map, hash)
    } catch (error) {
      if (!closing.signal.aborted) onFault?.(error)
    }
  }

  function reload(): Promise<void> {
    if (closing.signal.aborted) return Promise.resolve()
    loading ??= load().finally(() => {
      loading = undefined
    })
    return loading
  }

  const timer = refreshMs > 0 ? setInterval(() => void reload(), refreshMs).unref() : undefined
  return {
    table: () => current,
    reload,
    close() {
      clearInterval(timer)
      closing.abort()
    },
  }
}
