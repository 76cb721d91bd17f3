import { pythonString } from '../admission/facts/python-text.ts'
import { codeOf, GONE, SQLSTATE } from '../database/sqlstates.ts'
import { type ErrorCode, type ErrorDetails, LiteLLMError } from '../errors.ts'
import { maskedId } from '../lib/secrets.ts'
import type { Caller } from './caller.ts'

/** What is wrong with the values of a request, by SQLSTATE. Everything else of PostgreSQL is a fault of ours. */
const REFUSALS: Readonly<Record<string, readonly [status: number, message: string]>> = {
  [SQLSTATE.numberOutOfRange]: [400, 'A number in the request is out of range.'],
  [SQLSTATE.invalidTime]: [400, 'A time in the request is not valid.'],
  [SQLSTATE.timeOutOfRange]: [400, 'A time in the request is out of range.'],
  [SQLSTATE.zoneOutOfRange]: [400, 'A time in the request is out of range.'],
  [SQLSTATE.invalidText]: [400, 'A value in the request has the wrong type.'],
  [SQLSTATE.untranslatableCharacter]: [400, 'The request holds a character that cannot be stored.'],
  [SQLSTATE.invalidCharacter]: [400, 'The request holds a character that cannot be stored.'],
  [SQLSTATE.missingValue]: [400, 'The request leaves out something that has to be there.'],
  [SQLSTATE.missingReference]: [400, 'The request refers to something that does not exist, or to which others refer.'],
  [SQLSTATE.duplicate]: [400, 'There is one with this id already.'],
  [SQLSTATE.tooLarge]: [400, 'A text in the request is too long.'],
}

const CODES: Readonly<Record<number, ErrorCode>> = {
  400: 'bad_request',
  401: 'admin_only',
  403: 'forbidden',
  404: 'not_found',
  500: 'internal',
}

/**
 * An error of a management endpoint. With a `type` it is LiteLLM's ProxyException and reaches the client as it is. Without
 * one it is FastAPI's HTTPException: `error-forms.ts` says how each endpoint states it.
 */
export function refuse(
  status: number,
  message: string,
  { type, param = 'None', ...rest }: Omit<ErrorDetails, 'message' | 'status' | 'detail'> = {},
): LiteLLMError {
  const said = type === undefined ? ({ form: 'detail' } as const) : { type, param }
  return new LiteLLMError(CODES[status] ?? 'bad_request', { ...rest, status, message, ...said })
}

/** An HTTPException whose detail is a dictionary. */
export function refuseDict(status: number, message: string, member = 'error'): LiteLLMError {
  return new LiteLLMError(CODES[status] ?? 'bad_request', {
    status,
    message: `{'${member}': ${pythonString(message)}}`,
    form: 'detail',
    detail: { [member]: message },
  })
}

/**
 * Who may come as far as the endpoint: administrators; those who may look at everything as well; internal users; members,
 * whose rights come from their organizations and not from their role; or anybody with a key, for endpoints that decide by
 * what they find. `views` is `read` for paths that do not say that they only look, `public` asks for no key.
 */
export type Access = 'admin' | 'read' | 'views' | 'users' | 'members' | 'anyone' | 'public'

/** Why this caller may not use this route at all, or `undefined`. */
export function checkAccess(access: Access, caller: Caller, route: string, reads: boolean): LiteLLMError | undefined {
  if (caller.admin || access === 'anyone' || access === 'public') return undefined
  if (caller.role === 'proxy_admin_viewer') {
    return access === 'views' || (access !== 'admin' && reads) ? undefined : viewerRefusal(route)
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
      `Route=${route}. Your role=${key.user ? (role ?? 'None') : 'unknown'}. Your user_id=${maskedId(userId)}`,
  })
}

/** A column or a table is gone. */
export function isGone(error: unknown): boolean {
  const code = codeOf(error)
  return GONE.has(code) || code === SQLSTATE.changedResult
}

/** Whether a row with that key is there already. */
export function isDuplicate(error: unknown): boolean {
  return codeOf(error) === SQLSTATE.duplicate
}

/** What the client is told about an error of the database. Its own words may quote values, and stay with us. */
export function databaseRefusal(cause: unknown): unknown {
  const code = codeOf(cause)
  const found = REFUSALS[code]
  if (found) return refuse(found[0], found[1], { type: 'bad_request_error', cause })
  if (cause instanceof Error && cause.name === 'PostgresError') return new LiteLLMError('internal', { cause })
  return code === '' ? cause : new LiteLLMError('key_store_unavailable', { cause })
}
