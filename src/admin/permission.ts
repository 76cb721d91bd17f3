import { LiteLLMError } from '../errors.ts'
import type { Caller } from './caller.ts'

/**
 * Who may come as far as the endpoint: administrators; those who may look at everything as well; internal users; members,
 * whose rights come from their organizations and not from their role; or anybody with a key, for endpoints that decide by
 * what they find.
 */
export type Access = 'admin' | 'read' | 'users' | 'members' | 'anyone'

/** Why this caller may not use this route at all, or `undefined`. */
export function checkAccess(access: Access, caller: Caller, route: string, reads: boolean): LiteLLMError | undefined {
  if (caller.admin || access === 'anyone') return undefined
  if (caller.role === 'proxy_admin_viewer') {
    return access !== 'admin' && reads ? undefined : viewerRefusal(route)
  }
  if (access === 'members' && caller.userId !== undefined) return undefined
  if (access === 'users' && (caller.role === 'internal_user' || caller.role === 'org_admin')) return undefined
  return adminOnly(caller, route)
}

export function viewerRefusal(route: string): LiteLLMError {
  return new LiteLLMError('forbidden', {
    param: 'None',
    message: `user not allowed to access this route, role= proxy_admin_viewer. Trying to access: ${route}`,
  })
}

export function adminOnly({ key, role, userId }: Caller, route: string): LiteLLMError {
  return new LiteLLMError('admin_only', {
    param: 'None',
    message:
      'Authentication Error, Only proxy admin can be used to generate, delete, update info for new keys/users/teams. ' +
      `Route=${route}. Your role=${key.user ? (role ?? 'None') : 'unknown'}. Your user_id=${masked(userId)}`,
  })
}

/** Long enough to recognise one's own, too short to learn another's. */
function masked(userId = ''): string {
  return userId.length <= 8 ? '***' : `${userId.slice(0, 6)}${'*'.repeat(userId.length - 8)}${userId.slice(-2)}`
}
