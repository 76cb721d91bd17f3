import { monotonicDate } from '../admission/facts/time-zone.ts'
import { date } from '../database/json-column.ts'
import { LiteLLMError } from '../errors.ts'
import { memoizeByObject } from '../lib/memoize.ts'
import type { KeyStore, VirtualKey } from '../types.ts'
import { CachedLookup, type CacheOptions, type Found } from './cached-lookup.ts'
import { isDatabaseError, type LookupOptions, withSchema } from './key-lookup.ts'
import { toVirtualKey } from './key-row.ts'
import { findKey, type KeyRow } from './sql/find-key.ts'

export interface KeyStoreOptions extends LookupOptions, CacheOptions {}

export interface CachedKeyStore extends KeyStore {
  /** The next look-up of this key asks the database. Also forgets the tokens it replaced. */
  forget(hashedToken: string): void
  clear(): void
}

/**
 * Finds keys in LiteLLM's tables, and remembers them.
 * `find` rejects with `key_store_unavailable` when the database cannot be asked and the key is not in memory.
 */
export function createKeyStore({ sql, schema, timeoutMs, ...cache }: KeyStoreOptions): CachedKeyStore {
  const keys = new CachedLookup<VirtualKey>({ ...cache, load, stale: unverified })
  return {
    async find(hashedToken) {
      try {
        return await keys.find(hashedToken)
      } catch (cause) {
        throw isDatabaseError(cause) ? new LiteLLMError('key_store_unavailable', { cause }) : cause
      }
    },
    peek: (hashedToken) => keys.peek(hashedToken),
    forget: (hashedToken) => keys.forget(hashedToken, (key) => key.hashedToken === hashedToken),
    clear: () => keys.clear(),
  }

  async function load(ids: readonly string[]): Promise<ReadonlyMap<string, Found<VirtualKey>>> {
    const found = new Map<string, Found<VirtualKey>>()
    for (const hashedToken of ids) {
      const row = await readRow({ sql, schema, timeoutMs }, hashedToken)
      if (row) found.set(hashedToken, { value: row.key, usableMs: graceMs(row, row.readAt) })
    }
    return found
  }
}

/** The key as its rows are now, past every cache. Rejects with the database's own error. */
export async function readKey(options: LookupOptions, hashedToken: string): Promise<VirtualKey | undefined> {
  return (await readRow(options, hashedToken))?.key
}

async function readRow({ sql, ...options }: LookupOptions, hashedToken: string) {
  const readAt = monotonicDate()
  const row = await withSchema(options, (tables, how) => findKey(sql, tables, hashedToken, how))
  return row && { key: toVirtualKey(row, readAt), readAt, revoke_at: row.revoke_at }
}

/** A token that was replaced may not outlive its time of grace in memory. */
function graceMs({ revoke_at }: Pick<KeyRow, 'revoke_at'>, readAt: Date): number | undefined {
  const revokeAt = date(revoke_at)
  return revokeAt && revokeAt.getTime() - readAt.getTime()
}

const unverified = memoizeByObject((key: VirtualKey): VirtualKey => ({ ...key, unverified: true }))
