import type { ResolvedOptions } from '../config/options.ts'
import type { GatewayEvents } from '../events.ts'
import { BudgetResets } from '../litellm/budget-resets.ts'
import type { Database } from '../litellm/database.ts'

/** Starts budgets anew on time, unless LiteLLM's `general_settings.disable_reset_budget` leaves that to others. */
export function resetsOf(
  { settings, spend, timeZone }: ResolvedOptions,
  database: Database | undefined,
  { events, forget }: { readonly events: GatewayEvents; readonly forget: () => void },
): BudgetResets | undefined {
  if (!database || spend.disabled || settings.general.disableResetBudget) return undefined
  return new BudgetResets({ sql: database.sql, schema: database.schema, events, forget, timeZone })
}
