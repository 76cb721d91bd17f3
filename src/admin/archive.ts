import { randomUUID } from 'node:crypto'
import type { Json } from '../types.ts'
import type { AdminStore } from './admin-store.ts'
import type { Caller } from './caller.ts'
import { nameOf } from './caller.ts'

/** A row as LiteLLM's tables of what is gone keep it. */
export function archived(row: Json, caller: Caller, { who }: AdminStore): Json {
  return {
    ...row,
    id: randomUUID(),
    deleted_at: who.now.toISOString(),
    deleted_by: nameOf(caller),
    deleted_by_api_key: who.hashedToken,
    litellm_changed_by: who.changedBy,
  }
}
