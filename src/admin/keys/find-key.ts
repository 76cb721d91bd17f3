import { hashSecret } from '../../admission/credential/credential.ts'
import type { Json } from '../../types.ts'
import { type AdminStore, TABLES } from '../admin-store.ts'
import { answerRow } from '../endpoint.ts'

/** The row of a key, by the key itself or by its hash. */
export async function findKeyRow(store: AdminStore, key: string): Promise<Json | undefined> {
  return await store.one(TABLES.keys, 'token', tokenOf(key))
}

/** A key as the information endpoints show it: without its hash, with what it is linked to. */
export async function keyInfo(store: AdminStore, row: Json): Promise<Json> {
  const { token: _token, ...info } = answerRow(row)
  const budget = await store.one(TABLES.budgets, 'budget_id', row.budget_id as string | null)
  const permission = await store.one(
    TABLES.permissions,
    'object_permission_id',
    row.object_permission_id as string | null,
  )
  return {
    ...info,
    litellm_budget_table: budget ? answerRow(budget) : null,
    ...(permission && { object_permission: permission }),
  }
}

/** Management endpoints take a key or its hash. */
export function tokenOf(key: string): string {
  return key.startsWith('sk-') ? hashSecret(key) : key
}

/** A key as messages may show it: secrets are in none. */
export function shownKey(key: string): string {
  return key.startsWith('sk-') ? hashSecret(key) : key
}
