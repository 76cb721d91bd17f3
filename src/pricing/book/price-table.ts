import { isObject } from '../../lib/json.ts'
import type { ModelPrice } from '../../types.ts'

/** Prices by name: LiteLLM's map, or the embedded table. Names are matched as written, else without regard to case. */
export interface PriceTable {
  /** SHA-256 of the list it was made from, if that is known. */
  readonly hash?: string
  get(name: string): ModelPrice | undefined
}

/** Not models, although they stand between them. */
const RESERVED = new Set(['sample_spec', 'fallback_generalizations'])

/** LiteLLM's `model_prices_and_context_window.json`, parsed. An entry's `aliases` are names of it too. */
export function priceTableOf(map: Readonly<Record<string, unknown>>, hash?: string): PriceTable {
  const entries = new Map<string, ModelPrice>()
  for (const [name, entry] of Object.entries(map)) {
    if (isObject(entry) && !RESERVED.has(name)) entries.set(name, entry)
  }
  for (const entry of [...entries.values()]) {
    for (const alias of Array.isArray(entry.aliases) ? entry.aliases : []) {
      if (!entries.has(alias)) entries.set(alias, entry)
    }
  }
  return { hash, ...caselessTable(entries, (entry) => entry) }
}

/** A table over `entries` that gives each by its name in any case. */
export function caselessTable<T>(entries: ReadonlyMap<string, T>, toPrice: (entry: T) => ModelPrice): PriceTable {
  let lowerCase: Map<string, T> | undefined
  return {
    get(name) {
      lowerCase ??= new Map([...entries].map(([key, entry]) => [key.toLowerCase(), entry]))
      const entry = entries.get(name) ?? lowerCase.get(name.toLowerCase())
      return entry && toPrice(entry)
    },
  }
}
