import type { ResolvedOptions } from '../config/options.ts'
import type { GatewayEvents } from '../events.ts'
import type { Database } from '../litellm/database.ts'
import { LeaseBook } from '../litellm/lease-book.ts'

/** The budgets that all processes on the database hold together, where `reserve: postgres` asks for them. */
export function leasesOf(
  { reserve, settings, spend, retention }: ResolvedOptions,
  database: Database | undefined,
  events: GatewayEvents,
): LeaseBook | undefined {
  if (reserve !== 'postgres' || !database || settings.general.disableBudgetReservation) return undefined
  return new LeaseBook({ sql: database.sql, events, logComplete: spend.rows && !spend.disabled && !retention })
}
