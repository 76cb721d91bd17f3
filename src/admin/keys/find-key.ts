import { hashSecret } from '../../admission/credential/credential.ts'
import type { Json } from '../../types.ts'
import { type AdminStore, TABLES } from '../admin-store.ts'
import { BUDGET, KEY_INFO } from '../answer-forms.ts'
import { answered, type Form, type Zone } from '../answers.ts'

/** The row of a key, by the key itself or by its hash. */
export async function findKeyRow(store: AdminStore, key: string): Promise<Json | undefined> {
  return await store.one(TABLES.keys, 'token', tokenOf(key))
}

/** The rows of keys by themselves, their hashes or their aliases, each once. */
export async function findKeys(
  store: AdminStore,
  keys: readonly string[] | null | undefined,
  aliases: readonly string[] | null | undefined,
): Promise<readonly Json[]> {
  const byToken = await store.find(TABLES.keys, 'token', (keys ?? []).map(tokenOf))
  const byAlias = await store.find(TABLES.keys, 'key_alias', aliases ?? [])
  return [...new Map([...byToken, ...byAlias].map((row) => [row.token, row])).values()]
}

/** A key as the information endpoints show it: without its hash, with what it is linked to. */
export async function keyInfo(store: AdminStore, row: Json, zone: Zone, form: Form = KEY_INFO): Promise<Json> {
  const budget = await store.one(TABLES.budgets, 'budget_id', row.budget_id as string | null)
  const permission = await store.one(
    TABLES.permissions,
    'object_permission_id',
    row.object_permission_id as string | null,
  )
  return answered(
    form,
    row,
    { litellm_budget_table: budget ? answered(BUDGET, budget, {}, zone) : null, object_permission: permission ?? null },
    zone,
  )
}

/** Management endpoints take a key or its hash. */
export function tokenOf(key: string): string {
  return key.startsWith('sk-') ? hashSecret(key) : key
}

/** A key as messages may show it: secrets are in none. */
export function shownKey(key: string): string {
  return key.startsWith('sk-') ? hashSecret(key) : key
}
