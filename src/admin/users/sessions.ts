import type { Json } from '../../types.ts'
import { type AdminStore, TABLES } from '../admin-store.ts'
import type { Caller } from '../caller.ts'
import { keyDeletion } from '../key-deletion.ts'
import { refuseDict } from '../refuse.ts'

/** The team of the keys that LiteLLM makes for sessions of its dashboard. There is no such team in the table of teams. */
export const SESSION_TEAM = 'litellm-dashboard'

/** The deletion of a user's sessions, but for the one with the hashed token `kept`. */
export async function sessionDeletion(store: AdminStore, caller: Caller, userId: string, kept?: string) {
  const keys = await store.find(TABLES.keys, 'user_id', [userId])
  const sessions = keys.filter((row) => row.team_id === SESSION_TEAM && row.token !== kept)
  return { ...keyDeletion(sessions, caller, store), forget: sessions.map((row) => String(row.token)) }
}

/** `POST /session/logout`: deletes the key of the session that calls, and no other. */
export async function endSession(store: AdminStore, caller: Caller): Promise<Json> {
  const { hashedToken } = caller.key
  if (caller.key.owners.teamId !== SESSION_TEAM) {
    throw refuseDict(403, 'Only UI session tokens can be revoked through this endpoint.')
  }
  const row = await store.one(TABLES.keys, 'token', hashedToken)
  if (!row) return { message: 'Session already revoked.' }
  await store.write({ ...keyDeletion([row], caller, store), forget: [hashedToken] })
  return { message: 'Session revoked.' }
}
