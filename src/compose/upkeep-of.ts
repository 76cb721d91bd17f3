import type { ResolvedOptions } from '../config/options.ts'
import type { Database } from '../database/database.ts'
import type { GatewayEvents } from '../events.ts'
import { BudgetResets } from '../upkeep/budget-resets.ts'
import { createRetention } from '../upkeep/retention.ts'

/** Resets budgets on time, unless LiteLLM's `general_settings.disable_reset_budget` leaves that to others. */
export function resetsOf(
  { settings, spend, timeZone }: ResolvedOptions,
  database: Database | undefined,
  { events, forget }: { readonly events: GatewayEvents; readonly forget: () => void },
): BudgetResets | undefined {
  if (!database || spend.disabled || settings.general.disableResetBudget) return undefined
  return new BudgetResets({ sql: database.sql, schema: database.schema, events, forget, timeZone })
}

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
