import { randomUUID } from 'node:crypto'
import type { Json } from '../types.ts'

/** One entry of the log of changes. */
export interface Audit {
  readonly action: 'created' | 'updated' | 'deleted' | 'blocked' | 'unblocked' | 'rotated'
  readonly table: string
  readonly id: string
  readonly before?: Json
  readonly after?: Json
}

/** Whom a change is ascribed to. */
export interface Who {
  /** The header `litellm-changed-by`, else the user behind the key. */
  readonly changedBy: string
  /** The hashed token of the caller's key. */
  readonly hashedToken: string
  readonly now: Date
}

/** Columns that are secrets, or what one could sign in with. */
const SECRETS = new Set(['password', 'key', 'new_key', 'new_master_key'])

/** A row of LiteLLM_AuditLog; without secrets. */
export function toAuditRow({ action, table, id, before, after }: Audit, { changedBy, hashedToken, now }: Who): Json {
  return {
    id: randomUUID(),
    updated_at: now.toISOString(),
    changed_by: changedBy,
    changed_by_api_key: hashedToken,
    action,
    table_name: table,
    object_id: id,
    before_value: before ? withoutSecrets(before) : null,
    updated_values: after ? withoutSecrets(after) : null,
  }
}

function withoutSecrets(row: Json): Json {
  return Object.fromEntries(Object.entries(row).filter(([name]) => !SECRETS.has(name)))
}
