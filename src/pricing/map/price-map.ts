import { createHash, randomUUID } from 'node:crypto'
import { mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout } from 'node:timers/promises'
import { EMBEDDED_PRICES_MODELS } from '../book/embedded-table.ts'
import { type PriceTable, priceTableOf } from '../book/price-table.ts'

const ATTEMPTS = 3

const PAUSE_MS = 500

const TRANSIENT = new Set([408, 425, 429, 500, 502, 503, 504])

/** LiteLLM's MODEL_COST_MAP_MIN_MODEL_COUNT and MODEL_COST_MAP_MAX_SHRINK_RATIO. */
const MIN_MODELS = 50

const MAX_SHRINK_RATIO = 0.5

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

/**
 * `value` as a price map, if it is a plausible one: an object of at least 50 entries, and at least half as many as the
 * last one (or as the embedded table). A truncated or replaced file must not make calls free.
 */
function checkPriceMap(value: unknown, lastSize: number): Readonly<Record<string, unknown>> {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw new TypeError('The price map is not a JSON object')
  }
  const size = Object.keys(value).length
  const least = Math.max(MIN_MODELS, (lastSize || EMBEDDED_PRICES_MODELS) * MAX_SHRINK_RATIO)
  if (size < least) throw new RangeError(`The price map has only ${size} entries; at least ${least} are expected`)
  return value as Readonly<Record<string, unknown>>
}

/** The last good text of a source, for a start while the source is away. */
interface DiskCopy {
  /** `undefined` when there is none. */
  read(): Promise<string | undefined>
  /** Whole or not at all: several processes may write, and one may die while it does. */
  write(text: string): Promise<void>
}

/** A copy in `directory`, made on first use. Named by a hash: a URL may hold a secret. */
function diskCopy(directory: string, source: string): DiskCopy {
  const path = join(directory, `${createHash('sha256').update(source).digest('hex')}.json`)
  return {
    async read() {
      try {
        return await readFile(path, 'utf8')
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined
        throw error
      }
    },
    async write(text) {
      await mkdir(directory, { recursive: true })
      const own = `${path}.${randomUUID()}`
      try {
        await writeFile(own, text, { mode: 0o600 })
        await rename(own, path)
      } finally {
        await rm(own, { force: true })
      }
    },
  }
}

interface SourceOptions {
  readonly source: string
  readonly timeoutMs: number
  readonly signal: AbortSignal
  readonly fetch?: typeof fetch
}

interface Source {
  readonly text: string
  readonly value: unknown
  /** SHA-256 of its text. */
  readonly hash: string
}

/** The JSON document in a file or behind a URL. A fetch that fails for a passing reason is tried three times. */
async function readSource(options: SourceOptions): Promise<Source> {
  if (!isUrl(options.source)) return sourceOf(await readFile(options.source, 'utf8'))
  for (let attempt = 1; ; attempt++) {
    const { text, error, transient } = await fetchOnce(options)
    if (text !== undefined) return sourceOf(text)
    if (!transient || attempt === ATTEMPTS) throw error
    await setTimeout(PAUSE_MS * attempt, undefined, { signal: options.signal, ref: false })
  }
}

function isUrl(source: string): boolean {
  return /^https?:\/\//i.test(source)
}

function sourceOf(text: string): Source {
  return { text, value: JSON.parse(text), hash: createHash('sha256').update(text).digest('hex') }
}

interface Fetched {
  readonly text?: string
  readonly error?: unknown
  readonly transient?: boolean
}

async function fetchOnce({ source, timeoutMs, signal, fetch: get = fetch }: SourceOptions): Promise<Fetched> {
  try {
    const response = await get(source, { signal: AbortSignal.any([signal, AbortSignal.timeout(timeoutMs)]) })
    if (response.ok) return { text: await response.text() }
    await response.body?.cancel()
    return { error: new Error(`The price map answered ${response.status}`), transient: TRANSIENT.has(response.status) }
  } catch (error) {
    return { error, transient: !signal.aborted }
  }
}
