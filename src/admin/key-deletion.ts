import type { Step } from '../litellm/changes.ts'
import type { Json } from '../types.ts'
import type { AdminStore } from './admin-store.ts'
import { archived } from './archive.ts'
import type { Audit } from './audit.ts'
import type { Caller } from './caller.ts'
import { TABLES } from './tables.ts'

/** What deletes these keys, whoever they go with: they are kept in LiteLLM's table of deleted keys, and told. */
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
