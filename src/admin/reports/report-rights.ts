import type { DailySumFilter } from '../../reports/sql/sum-daily.ts'
import { type AdminStore, TABLES } from '../admin-store.ts'
import type { Caller } from '../caller.ts'
import type { AdminCall } from '../endpoint.ts'
import { adminOnly } from '../refuse.ts'

/** These reports tell what everybody has spent: to administrators, viewers and keys with `permissions.get_spend_routes`. */
export function checkReadsAll({ caller, route }: Pick<AdminCall, 'caller' | 'route'>): void {
  if (!caller.adminView && caller.key.permissions?.get_spend_routes !== true) throw adminOnly(caller, route)
}

/** These reports are for administrators and viewers only. */
export function checkAdminView({ caller, route }: Pick<AdminCall, 'caller' | 'route'>): void {
  if (!caller.adminView) throw adminOnly(caller, route)
}

/** Whose sums a caller who is no administrator sees: those of its user, or of its key. */
export function ownSums({ adminView, userId, key }: Caller): Pick<DailySumFilter, 'entities' | 'hashedTokens'> {
  if (adminView) return {}
  return userId === undefined ? { hashedTokens: [key.hashedToken] } : { entities: [userId] }
}

/** The keys of this caller: of its user, and the one it calls with. */
export async function ownTokens(store: AdminStore, { userId, key }: Caller): Promise<readonly string[]> {
  const keys = userId === undefined ? [] : await store.find(TABLES.keys, 'user_id', [userId])
  return [...new Set([key.hashedToken, ...keys.map((row) => String(row.token))])]
}
