import type { VirtualKey } from '../types.ts'

/** What current LiteLLM calls the user of a call that came while its database was away. */
export const FALLBACK_USER_ID = '__db_unavailable_fallback__'

/**
 * Who a caller is while the database cannot be asked and `allow_requests_on_db_unavailable` lets everybody in: an
 * ordinary user without budgets or limits. What it spends is recorded under the key it sent.
 */
export function fallbackKey(hashedToken: string): VirtualKey {
  return {
    hashedToken,
    master: false,
    owners: { userId: FALLBACK_USER_ID },
    models: [],
    blocked: false,
    spend: 0,
    metadata: {},
    teamMetadata: {},
    user: { id: FALLBACK_USER_ID, role: 'internal_user', models: [], spend: 0, metadata: {} },
  }
}
