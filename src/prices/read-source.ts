import { createHash } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { setTimeout } from 'node:timers/promises'

export interface SourceOptions {
  readonly source: string
  readonly timeoutMs: number
  readonly signal: AbortSignal
  readonly fetch?: typeof fetch
}

const ATTEMPTS = 3
const PAUSE_MS = 500
const TRANSIENT = new Set([408, 425, 429, 500, 502, 503, 504])

export interface Source {
  readonly text: string
  readonly value: unknown
  /** SHA-256 of its text. */
  readonly hash: string
}

/** The JSON document in a file or behind a URL. A fetch that fails for a passing reason is tried three times. */
export async function readSource(options: SourceOptions): Promise<Source> {
  if (!isUrl(options.source)) return sourceOf(await readFile(options.source, 'utf8'))
  for (let attempt = 1; ; attempt++) {
    const { text, error, transient } = await fetchOnce(options)
    if (text !== undefined) return sourceOf(text)
    if (!transient || attempt === ATTEMPTS) throw error
    await setTimeout(PAUSE_MS * attempt, undefined, { signal: options.signal, ref: false })
  }
}

export function isUrl(source: string): boolean {
  return /^https?:\/\//i.test(source)
}

export function sourceOf(text: string): Source {
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
