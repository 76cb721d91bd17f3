import { type Role, roleOf } from '../admission/credential/credential.ts'
import type { Json, VirtualKey } from '../types.ts'

/** Who asks, and what that person may do. */
export interface Caller {
  readonly key: VirtualKey
  readonly role: Role | undefined
  readonly userId: string | undefined
  /** The master key, or the key of a proxy admin. */
  readonly admin: boolean
  /** Sees what an administrator sees. */
  readonly adminView: boolean
}

export function callerOf(key: VirtualKey): Caller {
  const role = roleOf(key)
  return {
    key,
    role,
    userId: key.owners.userId,
    admin: role === 'proxy_admin',
    adminView: role === 'proxy_admin' || role === 'proxy_admin_viewer',
  }
}

/** LiteLLM's name for the holder of the master key. */
export const ADMIN_NAME = 'default_user_id'

/** What `created_by` and `updated_by` say. */
export function nameOf({ userId }: Caller): string {
  return userId ?? ADMIN_NAME
}

/** An entry of `members_with_roles`. */
export interface Member {
  readonly user_id: string | null
  readonly user_email: string | null
  readonly role: string
}

/** The members of a team. Rows of old have an object where the list belongs. */
export function membersOf(team: Json): readonly Member[] {
  const { members_with_roles: members } = team
  return Array.isArray(members) ? members : []
}

export function memberOf(team: Json, userId: string | undefined): Member | undefined {
  return userId === undefined ? undefined : membersOf(team).find((member) => member.user_id === userId)
}

export function isTeamAdmin(team: Json, { userId }: Caller): boolean {
  return memberOf(team, userId)?.role === 'admin'
}
