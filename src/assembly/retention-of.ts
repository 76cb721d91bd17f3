import type { ResolvedOptions } from '../config/options.ts'
import type { GatewayEvents } from '../events.ts'
import type { Database } from '../litellm/database.ts'
import { createRetention } from '../litellm/retention.ts'

/** Deletes old log rows, where somebody wants that. */
export function retentionOf(
  { retention }: ResolvedOptions,
  database: Database | undefined,
  events: GatewayEvents,
): { stop(): void } | undefined {
  if (!retention || !database) return undefined
  const onFault = (error: unknown) => events.tell('fault', { error, where: 'retention of spend logs' })
  return createRetention({ sql: database.sql, ...retention, onFault })
}
