import type { GatewayEvents, ManagedChange } from '../events.ts'
import type { Json } from '../types.ts'
import { type Callback, objectIn } from './callbacks/callback.ts'
import { CALLBACKS } from './callbacks/callback-table.ts'
import type { Outbox } from './outbox/outbox.ts'

/** Names of outboxes that hold what was changed through the management endpoints, not calls. */
export const OF_AUDIT = 'audit-'

/** Callbacks that can be told changes: those that do not ask what it is that they are given. */
export const AUDIT_CALLBACKS: readonly string[] = Object.keys(CALLBACKS).filter(
  (name) => (CALLBACKS as Readonly<Record<string, Callback>>)[name]?.tellsChanges === true,
)

/** Puts each change into the outboxes, once it is written. */
export function watchAudit(events: GatewayEvents, outboxes: readonly Outbox[]): void {
  if (outboxes.length === 0) return
  events.own.on('admin:change', (change) => {
    const delivery = { id: change.id, status: 'success' as const, payload: auditPayload(change, new Date()) }
    for (const outbox of outboxes) void outbox.add(delivery)
  })
}

/** LiteLLM's `StandardAuditLogPayload`. */
function auditPayload(change: ManagedChange, at: Date): Json {
  return {
    id: change.id,
    updated_at: at.toISOString(),
    changed_by: change.changedBy,
    changed_by_api_key: change.changedByKey ?? '',
    action: change.action,
    table_name: change.table,
    object_id: change.objectId,
    before_value: withoutLogging(change.before),
    updated_values: withoutLogging(change.after),
  }
}

/** `metadata.logging` has the secrets of the key's own callbacks. */
function withoutLogging(row: Json | undefined): Json | null {
  if (!row) return null
  if (!row.metadata) return row
  const { logging: _logging, ...metadata } = objectIn(row, 'metadata')
  return { ...row, metadata }
}
