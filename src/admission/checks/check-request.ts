import { object } from '../../lib/json.ts'
import { bodyOf, type Check } from '../facts/check.ts'
import { isUnsafeParam } from '../facts/gateway-members.ts'
import { routesAllow, shownPath } from '../facts/routes/route-groups.ts'
import { traceIdOf } from '../facts/trace-id.ts'

/*
 * What is refused for every caller.
 */

const MEGABYTE = 1024 * 1024

export const checkRequestSize: Check = ({ request }, _call, { maxRequestSizeMb }) => {
  if (maxRequestSizeMb === undefined || request?.bodyBytes === undefined) return undefined
  const size = request.bodyBytes / MEGABYTE
  if (size <= maxRequestSizeMb) return undefined
  return {
    code: 'bad_request',
    param: 'content-length',
    message: `Request size is too large. Request size is ${size} MB. Max size is ${maxRequestSizeMb} MB`,
  }
}

/** A list lets in whom it names; an address that cannot be known is not named. */
export const checkClientIp: Check = ({ request }, _call, { allowedIps }) => {
  if (!allowedIps) return undefined
  // A socket that listens on IPv6 shows IPv4 clients in this form.
  const ip = request?.clientIp?.replace(/^::ffff:(?=\d+\.)/, '')
  if (ip !== undefined && allowedIps.includes(ip)) return undefined
  return { code: 'forbidden', message: `Access forbidden: IP address ${ip} not allowed.` }
}

export const checkOpenRoute: Check = ({ request }, _call, { allowedRoutes }) => {
  if (!allowedRoutes || !request || routesAllow(allowedRoutes, request.path)) return undefined
  return { code: 'forbidden', message: `Access forbidden: Route ${shownPath(request.path)} not allowed` }
}

/** Agents may have to say what each of their calls is part of. */
export const checkTraceId: Check = ({ key, request }) => {
  if (!key.traceIdRequired || !request || traceIdOf(request.headers ?? {}) !== undefined) return undefined
  return {
    code: 'bad_request',
    message: "Requests made with this agent's key must include the x-litellm-trace-id header.",
  }
}

const UNSAFE_REASON = 'https://huntr.com/bounties/4001e1a2-7b7a-4776-a3ae-e6692ec3d997'

/** The client may not choose where a call goes. A deployment may name parameters that it lets clients set. */
export const checkBodySafety: Check = ({ catalog }, call, { allowClientSideCredentials }) => {
  if (!call || allowClientSideCredentials) return undefined
  const body = bodyOf(call)
  const open = catalog?.clientSideParams?.(call.modelGroup) ?? []
  const found = unsafeIn(body, open) ?? unsafeIn(body.extra_body, open)
  if (found === undefined) return undefined
  return {
    code: 'bad_request',
    type: 'auth_error',
    status: 401,
    changed: 'bodySafetyStatus',
    param: 'None',
    message:
      `Authentication Error, Rejected Request: ${found} is not allowed in request body. ` +
      'Clientside passthrough requires explicit admin opt-in via either ' +
      '`general_settings.allow_client_side_credentials = true` (proxy-wide) or `configurable_clientside_auth_params` ' +
      `on the deployment in your proxy config.yaml. Relevant Issue: ${UNSAFE_REASON}`,
  }
}

function unsafeIn(body: unknown, open: readonly unknown[]): string | undefined {
  if (typeof body !== 'object' || body === null) return undefined
  const members = body as Readonly<Record<string, unknown>>
  return Object.keys(members).find(
    (name) => isUnsafe(name, members[name]) && !allowsClientSide(open, name, members[name]),
  )
}

/** `os.environ/X` names a secret of the gateway wherever LiteLLM reads a parameter. */
function isUnsafe(name: string, value: unknown): boolean {
  return isUnsafeParam(name) || (typeof value === 'string' && value.startsWith('os.environ/'))
}

/** LiteLLM's `configurable_clientside_auth_params`: names, or objects from a name to an expression that values must match. */
export function allowsClientSide(allowed: readonly unknown[], name: string, value: unknown): boolean {
  return allowed.some((entry) => entry === name || matchesClientSide(entry, name, value))
}

/** Whether an entry has an expression for this parameter, and the value is of that form. */
export function matchesClientSide(entry: unknown, name: string, value: unknown): boolean {
  const source = object(entry)[name]
  return typeof source === 'string' && typeof value === 'string' && expressionOf(source)?.test(value) === true
}

/** To the end of the value too, other than Python's `match`: `https://x.example` would let `https://x.example.evil` pass. */
function expressionOf(source: string): RegExp | undefined {
  try {
    return new RegExp(`^(?:${source})$`)
  } catch {
    return undefined
  }
}
