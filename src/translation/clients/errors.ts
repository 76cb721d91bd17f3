import type { LiteLLMError } from '../../errors.ts'
import type { Json } from '../../types.ts'
import { plainPath } from '../../usage/shapes/match-path.ts'
import { object } from '../../usage/shapes/reader.ts'
import type { ChatError } from '../chat.ts'

/*
 * Errors in the shape that each API's clients parse.
 */

/** OpenAI's names of errors (platform.openai.com/docs, "Error codes"). */
const OPENAI_TYPES: Readonly<Record<number, string>> = {
  401: 'authentication_error',
  403: 'permission_error',
  404: 'not_found_error',
  408: 'timeout_error',
  429: 'rate_limit_error',
}

export function openaiError({ status, message, type, code, param }: ChatError): Json {
  const usual = OPENAI_TYPES[status] ?? (status < 500 ? 'invalid_request_error' : 'server_error')
  return { error: { message, type: type ?? usual, param: param ?? null, code: code ?? String(status) } }
}

/** Anthropic's names of errors (docs.anthropic.com, "Errors"). */
const ANTHROPIC_TYPES: Readonly<Record<number, string>> = {
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

const ANTHROPIC_KNOWN = new Set([...Object.values(ANTHROPIC_TYPES), 'api_error'])

/** Anthropic's type where the provider says one of Anthropic's, else by the status. */
export function messagesError({ status, message, type }: ChatError): Json {
  const usual = ANTHROPIC_TYPES[status] ?? (status >= 400 && status < 500 ? 'invalid_request_error' : 'api_error')
  const known = type !== undefined && ANTHROPIC_KNOWN.has(type) ? type : usual
  return { type: 'error', error: { type: known, message } }
}

/** Google's names of statuses (google.rpc.Code). */
const GOOGLE_STATUSES: Readonly<Record<number, string>> = {
  400: 'INVALID_ARGUMENT',
  401: 'UNAUTHENTICATED',
  403: 'PERMISSION_DENIED',
  404: 'NOT_FOUND',
  408: 'DEADLINE_EXCEEDED',
  409: 'ABORTED',
  413: 'INVALID_ARGUMENT',
  422: 'INVALID_ARGUMENT',
  429: 'RESOURCE_EXHAUSTED',
  499: 'CANCELLED',
  500: 'INTERNAL',
  501: 'UNIMPLEMENTED',
  503: 'UNAVAILABLE',
  504: 'DEADLINE_EXCEEDED',
  529: 'UNAVAILABLE',
}

export function generateError({ status, message }: ChatError): Json {
  const known = GOOGLE_STATUSES[status] ?? (status < 500 ? 'INVALID_ARGUMENT' : 'INTERNAL')
  return { error: { code: status, message, status: known } }
}

/** What an error of the gateway's own is answered with. */
export interface OwnError {
  readonly body: unknown
  readonly headers: Readonly<Record<string, string>>
}

/** Anthropic's, but not the messages of OpenAI's threads. */
const MESSAGES_PATH = /(?<!\/threads\/[^/]+)\/messages(\/(count_tokens|batches(\/[^/]+)*))?$/
const GENERATE_PATH = /:((streamG|g)enerateContent|countTokens|(e|batchE)mbedContents?)$/

/**
 * An error of the gateway's own for a client of this path, in the shape of the API that the path belongs to. OpenAI's
 * where it is no other's, as LiteLLM sends it. `requestId` is what Anthropic's SDK calls the id of the request.
 */
export function ownErrorFor(target: string, error: LiteLLMError, requestId: string): OwnError {
  const path = plainPath(target)
  // The shapes of Anthropic and Google have no place for it.
  const headers = { 'x-litellm-error-code': error.code }
  if (MESSAGES_PATH.test(path)) {
    const body = { ...withParam(messagesError(wordsOf(error)), error), request_id: requestId }
    return { body, headers: { ...headers, 'request-id': requestId } }
  }
  return { body: GENERATE_PATH.test(path) ? withParam(generateError(wordsOf(error)), error) : error, headers }
}

/** Without our type: the status says which of the API's own it is. */
function wordsOf({ status, message }: LiteLLMError): ChatError {
  return { status, message }
}

function withParam(body: Json, { param }: LiteLLMError): Json {
  return param === null ? body : { ...body, error: { ...object(body.error), param } }
}
