import { LiteLLMError } from '../errors.ts'

interface ErrorForm {
  readonly type: string
  readonly param?: string
}

/** `handle_exception_on_proxy`. */
const WRAPPED: ErrorForm = { type: 'internal_server_error' }
const NAMED: ErrorForm = { type: 'internal_server_error', param: 'None' }
const AUTH: ErrorForm = { type: 'auth_error', param: 'None' }

/**
 * How LiteLLM's endpoints state the HTTPExceptions that they raise, by route: each has its own `except`. Those that are not
 * listed leave it to FastAPI, which answers `{"detail": …}`.
 */
const FORMS: Readonly<Record<string, ErrorForm>> = {
  ...of(WRAPPED, '/key/generate', '/key/info', '/v2/key/info', '/key/delete', '/key/regenerate'),
  ...of(WRAPPED, '/key/{key}/regenerate', '/user/new', '/user/info', '/v2/user/info', '/team/new', '/team/update'),
  ...of(WRAPPED, '/invitation/new'),
  ...of(
    WRAPPED,
    ...['new', 'info', 'list', 'update', 'delete'].flatMap((one) => [`/customer/${one}`, `/end_user/${one}`]),
  ),
  ...of(WRAPPED, '/credentials', '/credentials/{name}', '/credentials/by_name/{name}', '/credentials/by_model/{id}'),
  ...of(WRAPPED, '/project/new', '/project/update', '/project/delete', '/project/info', '/project/list'),
  ...of(WRAPPED, '/spend/logs/ui', '/spend/logs/v2'),
  ...of(NAMED, '/key/list', '/key/aliases', '/key/health'),
  ...of(AUTH, '/key/update', '/user/update', '/team/info', '/organization/member_add'),
  ...of(AUTH, '/model/new', '/model/update', '/model/delete', '/model/{id}/update'),
}

/** The error as the endpoint of this route states it. */
export function statedError(error: LiteLLMError, route: string): LiteLLMError {
  const form = FORMS[route]
  if (error.form !== 'detail' || !form) return error
  const { code, status, message, headers, cause } = error
  return new LiteLLMError(code, { status, message, headers, cause, ...form })
}

function of(form: ErrorForm, ...routes: readonly string[]): Readonly<Record<string, ErrorForm>> {
  return Object.fromEntries(routes.map((route) => [route, form]))
}
