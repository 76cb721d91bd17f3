import type { VirtualKey } from '../types.ts'

export const ROLES = [
  'proxy_admin',
  'proxy_admin_viewer',
  'org_admin',
  'internal_user',
  'internal_user_viewer',
  'team',
  'customer',
] as const

export type Role = (typeof ROLES)[number]

/** The role behind a key: its user's. Without a user there is none, and one that LiteLLM does not know is the usual. */
export function roleOf({ master, user }: VirtualKey): Role | undefined {
  if (master) return 'proxy_admin'
  if (!user?.role) return undefined
  return ROLES.find((role) => role === user.role) ?? 'internal_user'
}
