import { randomUUID } from 'node:crypto'
import type { Step } from '../database/changes.ts'
import type { Json } from '../types.ts'
import { type AdminStore, type Audit, TABLES } from './admin-store.ts'
import { type Caller, nameOf } from './caller.ts'

/** Deletes these keys, with whatever they belong to: they are kept in LiteLLM's table of deleted keys, and told. */
export function keyDeletion(
  keys: readonly Json[],
  caller: Caller,
  store: AdminStore,
): { readonly steps: readonly Step[]; readonly audit: readonly Audit[] } {
  return {
    steps: [
      { kind: 'insert', table: TABLES.deletedKeys, rows: keys.map((row) => archived(row, caller, store)) },
      { kind: 'delete', table: TABLES.keys, rows: keys.map(({ token }) => ({ id: { token } })) },
    ],
    audit: keys.map((row) => ({ action: 'deleted', table: TABLES.keys, id: String(row.token), before: row })),
  }
}

/**
 * A row as LiteLLM's tables of what is gone keep it: who deleted it, and for whom, in the words of the header
 * `litellm-changed-by` alone, which is not checked there.
 */
export function archived(row: Json, caller: Caller, { who }: AdminStore): Json {
  return {
    ...row,
    id: randomUUID(),
    deleted_at: who.now.toISOString(),
    deleted_by: nameOf(caller),
    deleted_by_api_key: who.hashedToken,
    litellm_changed_by: who.claimedBy ?? null,
  }
}
