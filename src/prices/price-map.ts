import { type PriceTable, priceTableOf } from '../cost/price-table.ts'
import { checkPriceMap } from './check-price-map.ts'
import { type DiskCopy, diskCopy } from './disk-copy.ts'
import { isUrl, readSource, type Source, sourceOf } from './read-source.ts'

export interface PriceMapOptions {
  /** A file path or an http(s) URL of LiteLLM's `model_prices_and_context_window.json`. */
  readonly source: string
  /** Where the last good map of a URL is kept, for starts without a network. */
  readonly cacheDir?: string
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
  const { source, refreshMs, onFault, cacheDir } = options
  const closing = new AbortController()
  const copy = cacheDir !== undefined && isUrl(source) ? diskCopy(cacheDir, source) : undefined
  let current: PriceTable | undefined
  let size = 0
  let loading: Promise<void> | undefined

  function use({ value, hash }: Source): void {
    const map = checkPriceMap(value, size)
    size = Object.keys(map).length
    current = priceTableOf(map, hash)
  }

  async function load(): Promise<void> {
    if (!current && copy) await reported(() => loadCopy(copy))
    await reported(async () => {
      const found = await readSource({ ...options, source, signal: closing.signal })
      const known = current?.hash
      use(found)
      if (found.hash !== known) await copy?.write(found.text)
    })
  }

  async function loadCopy({ read }: DiskCopy): Promise<void> {
    const text = await read()
    if (text !== undefined) use(sourceOf(text))
  }

  async function reported(work: () => Promise<void>): Promise<void> {
    try {
      await work()
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
