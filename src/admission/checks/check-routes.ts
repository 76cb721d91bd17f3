import { maskedId } from '../../lib/secrets.ts'
import type { Call, VirtualKey } from '../../types.ts'
import { type Role, roleOf } from '../credential/credential.ts'
import type { Check, CheckSettings, RequestFacts } from '../facts/check.ts'
import { pythonList } from '../facts/python-text.ts'
import type { Refusal } from '../facts/refusal.ts'
import {
  canonicalPath,
  inGroup,
  isDiscoveryRoute,
  isLlmRoute,
  isManaged,
  routesAllow,
  shownPath,
} from '../facts/routes/route-groups.ts'

/** The key's own list. `metadata.allowed_passthrough_routes` of the key, else of the team, adds to it. */
export const checkKeyRoutes: Check = ({ key, request }, call) => {
  const { allowedRoutes = [] } = key
  if (!request || allowedRoutes.length === 0) return undefined
  if (pathsOf(request, call).some((path) => routesAllow(allowedRoutes, path))) return undefined
  if (passThroughRoutesOf(key).some((route) => request.path === route || request.path.startsWith(`${route}/`))) {
    return undefined
  }
  return {
    code: 'forbidden',
    form: 'detail',
    message:
      'Virtual key is not allowed to call this route. ' +
      `Only allowed to call routes: ${pythonList(allowedRoutes)}. Tried to call route: ${shownPath(request.path)}`,
  }
}

/** Parts of a gateway can be switched off; asking for models works on. */
export const checkSwitchedOff: Check = ({ request }, call, settings) => {
  if (!request) return undefined
  const { disableLlmApiEndpoints, disableAdminEndpoints } = settings
  if (disableLlmApiEndpoints && (call || isLlmRoute(request.path)) && !isDiscoveryRoute(request.path)) {
    return { code: 'forbidden', message: 'LLM API routes are disabled for this instance.' }
  }
  if (disableAdminEndpoints && inGroup('management_routes', request.path)) {
    return { code: 'forbidden', message: 'Management routes are disabled for this instance.' }
  }
  return undefined
}

/** What a role may do besides calling models. The paths of the app around us are none of LiteLLM's business. */
export const checkRole: Check = ({ key, request }, call, settings) => {
  if (!request) return undefined
  const role = roleOf(key)
  if (role === 'proxy_admin') return undefined
  const { path } = request
  if (settings.adminOnlyRoutes && routesAllow(settings.adminOnlyRoutes, path)) {
    return {
      code: 'forbidden',
      message: `user not allowed to access this route. Route=${shownPath(path)} is an admin only route`,
    }
  }
  if (call || isLlmRoute(path) || !isManaged(path)) return undefined
  if (role === 'proxy_admin_viewer') return viewerRefusal(request)
  if (canonicalPath(path) === '/user/info') return otherUsersRefusal(key, request)
  return RULES.some((rule) => rule(path, key, role, settings)) ? undefined : adminOnly(key, path, role)
}

const OF_ORGANIZATIONS: ReadonlySet<string> = new Set([
  ...['/team/new', '/team/update', '/user/new'],
  ...['', '/aggregated', '/aggregated/keys', '/aggregated/model_top_keys'].map(
    (end) => `/organization/daily/activity${end}`,
  ),
])

/** Pages of the log, a session and a call of it. */
const LOG_PAGE = /^\/spend\/logs\/(ui(\/[^/]+)?|v2|session\/ui)$/

type Rule = (path: string, key: VirtualKey, role: Role | undefined, settings: CheckSettings) => boolean

/** The first that says yes lets the call pass. */
const RULES: readonly Rule[] = [
  (path) => inGroup('info_routes', path),
  (path, key) => key.permissions?.get_spend_routes === true && inGroup('global_spend_tracking_routes', path),
  (path, _key, role) => role === 'internal_user' && inGroup('internal_user_routes', path),
  (path, _key, role) => role === 'org_admin' && inGroup('management_routes', path),
  (path, _key, role) => role === 'internal_user_viewer' && inGroup('internal_user_view_only_routes', path),
  (path) => inGroup('self_managed_routes', path),
  // To each caller it shows the calls of its own user, or of its own key.
  (path) => LOG_PAGE.test(canonicalPath(path)),
  // An admin of an organization is one by membership: the endpoints look it up.
  (path, key) => key.owners.userId !== undefined && OF_ORGANIZATIONS.has(canonicalPath(path)),
  (path, key) => routesAllow(key.allowedRoutes ?? [], path),
]

/**
 * The path of the request, and of a call what is left of it below the place where the gateway is mounted. With `/v1` and
 * without are two paths, as in LiteLLM.
 */
function pathsOf({ path }: RequestFacts, call: Call | undefined): readonly string[] {
  if (!call) return [path]
  const whole = canonicalPath(path)
  const own = [`/v1${call.upstreamPath}`, call.upstreamPath].find((end) => whole.endsWith(canonicalPath(end)))
  return own === undefined ? [path] : [path, own]
}

const WRITES = /^\/(key|user|team|model)(\/[^/]+)?\/(new|generate|update|delete|regenerate|block|unblock)$/

/** They take a body, and change nothing. */
const READ_BY_POST = new Set(['/global/spend/end_users', '/spend/calculate'])

const VIEWED = [
  ...['info_routes', 'management_routes', 'spend_tracking_routes', 'global_spend_tracking_routes'],
  ...['internal_user_routes', 'self_managed_routes', 'admin_report_routes'],
]

/** Sees what an administrator sees and changes nothing; `/user/update` of its own address and password is for the handler. */
function viewerRefusal({ path, method }: RequestFacts): Refusal | undefined {
  const readable = VIEWED.some((group) => inGroup(group, path))
  const reads = method === 'GET' || method === 'HEAD' || READ_BY_POST.has(canonicalPath(path))
  if (readable && !WRITES.test(canonicalPath(path)) && reads) return undefined
  return {
    code: 'forbidden',
    message: `user not allowed to access this route, role= proxy_admin_viewer. Trying to access: ${shownPath(path)}`,
  }
}

function otherUsersRefusal({ owners }: VirtualKey, { userId }: RequestFacts): Refusal | undefined {
  if (userId === undefined || userId === owners.userId) return undefined
  return {
    code: 'forbidden',
    message: `key not allowed to access this user's info. user_id=${userId}, key's user_id=${owners.userId ?? 'None'}`,
  }
}

function adminOnly({ user, owners }: VirtualKey, path: string, role: Role | undefined): Refusal {
  return {
    code: 'admin_only',
    message:
      'Authentication Error, Only proxy admin can be used to generate, delete, update info for new keys/users/teams. ' +
      `Route=${shownPath(path)}. Your role=${user ? (role ?? 'None') : 'unknown'}. Your user_id=${maskedId(owners.userId)}`,
  }
}

function passThroughRoutesOf({ metadata, teamMetadata }: VirtualKey): readonly string[] {
  const routes = [metadata.allowed_passthrough_routes, teamMetadata.allowed_passthrough_routes].find(Array.isArray)
  return routes?.filter((route) => typeof route === 'string') ?? []
}
