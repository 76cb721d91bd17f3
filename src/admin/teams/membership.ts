import type { Json } from '../../types.ts'
import type { AdminStore } from '../admin-store.ts'
import { TABLES } from '../tables.ts'

/** The row of a membership: there is one only for members with a budget. */
export async function findMembership(store: AdminStore, teamId: string, userId: string): Promise<Json | undefined> {
  const rows = await store.find(TABLES.memberships, 'user_id', [userId])
  return rows.find((row) => row.team_id === teamId)
}
