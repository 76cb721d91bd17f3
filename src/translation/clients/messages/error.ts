import type { Json } from '../../../types.ts'
import type { ChatError } from '../../chat.ts'

/** Anthropic's names of errors (docs.anthropic.com, "Errors"). */
const TYPES: Readonly<Record<number, string>> = {
  400: 'invalid_request_error',
  401: 'authentication_error',
  402: 'billing_error',
  403: 'permission_error',
  404: 'not_found_error',
  408: 'timeout_error',
  413: 'request_too_large',
  422: 'invalid_request_error',
  429: 'rate_limit_error',
  504: 'timeout_error',
  529: 'overloaded_error',
}

const KNOWN = new Set([...Object.values(TYPES), 'api_error'])

/** An error in Anthropic's form: its type where the provider says one of Anthropic's, else by the status. */
export function messagesError({ status, message, type }: ChatError): Json {
  return { type: 'error', error: { type: typeOf(status, type), message } }
}

function typeOf(status: number, type: string | undefined): string {
  if (type !== undefined && KNOWN.has(type)) return type
  return TYPES[status] ?? (status >= 400 && status < 500 ? 'invalid_request_error' : 'api_error')
}
