import { pythonString } from '../auth/python-text.ts'
import { type ErrorCode, type ErrorDetails, LiteLLMError } from '../errors.ts'

const CODES: Readonly<Record<number, ErrorCode>> = {
  400: 'bad_request',
  401: 'admin_only',
  403: 'forbidden',
  404: 'not_found',
  500: 'internal',
}

/** An error as LiteLLM's management endpoints state it; `type` and `param` where they differ from the usual. */
export function refuse(
  status: number,
  message: string,
  { type = 'internal_server_error', param = 'None', ...rest }: Omit<ErrorDetails, 'message' | 'status'> = {},
): LiteLLMError {
  return new LiteLLMError(CODES[status] ?? 'bad_request', { ...rest, status, message, type, param })
}

/** The same with a message that is Python's text of a dictionary, which is how LiteLLM's own reach the client. */
export function refuseDict(
  status: number,
  message: string,
  details?: Omit<ErrorDetails, 'message' | 'status'> & { readonly member?: string },
): LiteLLMError {
  const { member = 'error', ...rest } = details ?? {}
  return refuse(status, `{'${member}': ${pythonString(message)}}`, rest)
}
