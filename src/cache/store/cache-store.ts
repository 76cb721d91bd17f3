import { LRUCache } from 'lru-cache'

/** Where answers are kept. Implement it to keep them elsewhere; what it rejects with is a miss, never a failed call. */
export interface CacheStore {
  /** The value of a key; `undefined` when there is none, or it has expired. */
  get(key: string): Promise<string | undefined>
  /** Keeps a value for `ttlMs`. */
  set(key: string, value: string, ttlMs: number): Promise<void>
  delete(keys: readonly string[]): Promise<void>
}

/** What a store can do beside keeping values: for the endpoints of operators. */
export interface ManagedStore extends CacheStore {
  /** Deletes every entry below this namespace, and nothing else. Says how many. */
  flush?(namespace: string | undefined): Promise<number>
  /** Rejects while it does not answer. */
  ping?(): Promise<void>
  facts?(): Promise<RedisFacts>
  close?(): Promise<void>
}

/** The facts of a Redis that LiteLLM's endpoint shows. */
export interface RedisFacts {
  /** `undefined`: it does not tell them. */
  readonly clients: readonly Readonly<Record<string, string>>[] | undefined
  readonly info: Readonly<Record<string, string>>
}

/** LiteLLM's bounds of what one process keeps. */
const MAX_ENTRIES = 200
const MAX_ENTRY_BYTES = 1 << 20

/** Keeps answers in this process: 200 of at most 1 MiB each, as LiteLLM does. */
export function createLocalStore(maxEntries = MAX_ENTRIES): ManagedStore {
  const entries = new LRUCache<string, string>({ max: maxEntries })
  return {
    async get(key) {
      return entries.get(key)
    },
    async set(key, value, ttlMs) {
      if (value.length <= MAX_ENTRY_BYTES) entries.set(key, value, { ttl: ttlMs })
    },
    async delete(keys) {
      for (const key of keys) entries.delete(key)
    },
    async flush(namespace) {
      const found = [...entries.keys()].filter((key) => isEntryOf(namespace, key))
      for (const key of found) entries.delete(key)
      return found.length
    },
  }
}

const ENTRY = /(?:^|:)[0-9a-f]{64}$/

/** Whether a key is that of an answer below the namespace. Counters of rates may stand there too. */
export function isEntryOf(namespace: string | undefined, key: string): boolean {
  return ENTRY.test(key) && (namespace === undefined || key.startsWith(`${namespace}:`))
}
