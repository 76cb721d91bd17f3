import type { Json } from '../../types.ts'
import { object, text } from '../../usage/shapes/reader.ts'
import type { ChatError } from '../chat.ts'

/**
 * The error that a provider answered, in its own words. Providers put it into `error` (an object or a text), into
 * `message`, or into the first item of a list.
 */
export function chatErrorOf(status: number, body: unknown): ChatError {
  const document = object(Array.isArray(body) ? body[0] : body)
  const error = typeof document.error === 'object' ? object(document.error) : document
  const said = [error.message, error.Message, document.error, document.detail, body]
  const message = said.map(text).find((words) => words !== undefined)
  const code = error.code
  return {
    status,
    message: message ?? (body == null || body === '' ? `The provider answered ${status}.` : JSON.stringify(body)),
    ...typed(text(error.type) ?? text(error.status) ?? text(error.__type)),
    ...(typeof code === 'string' || typeof code === 'number' ? { code } : {}),
    ...(typeof error.param === 'string' ? { param: error.param } : {}),
  }
}

function typed(type: string | undefined) {
  return type === undefined ? {} : { type }
}

/** A stream that ended without saying why. */
export const CUT_STREAM: ChatError = {
  status: 502,
  type: 'api_error',
  message: "The provider's stream ended before the answer was complete.",
}

/** An error within a stream, which has a type in place of a status. 500 where `statuses` does not list it. */
export function streamErrorOf(document: unknown, statuses: Readonly<Record<string, number>>): ChatError {
  const error = chatErrorOf(500, document)
  return { ...error, status: statuses[error.type ?? ''] ?? 500 }
}

/** Google's error. Its type is the name of the status (`RESOURCE_EXHAUSTED`); within a stream, `code` is the status. */
export function googleErrorOf(status: number, body: unknown): ChatError {
  const { code, ...error } = chatErrorOf(status, body)
  const { details } = object(object(Array.isArray(body) ? body[0] : body).error)
  const isStatus = typeof code === 'number' && code >= 400 && code < 600
  const reason = Array.isArray(details) ? details.map((detail) => object(detail).reason).find(Boolean) : undefined
  return {
    ...error,
    status: status === 500 && isStatus ? code : status,
    ...(typeof reason === 'string' ? { code: reason } : {}),
  }
}

/** What a document of a stream says that went wrong: OpenAI's form, or vLLM's old one. */
export function isErrorDocument(document: Json): boolean {
  return (document.error !== undefined && document.error !== null) || document.object === 'error'
}

/** The provider's words, in whatever form it put them. A status that a document of a stream names is its own. */
export function openaiErrorOf(status: number, body: unknown): ChatError {
  const document = object(body)
  const found = typeof document.error === 'object' ? object(document.error) : document
  const code = found.code as ChatError['code']
  const stated = Number(code ?? found.status)
  return {
    status: status === 500 && stated >= 400 && stated < 600 ? stated : status,
    message: wordsOf(document, found) ?? (typeof body === 'string' && body !== '' ? body : `HTTP ${status}`),
    ...(text(found.type) ? { type: text(found.type) } : {}),
    ...(code != null ? { code } : {}),
    ...(text(found.param) ? { param: text(found.param) } : {}),
  }
}

function wordsOf(document: Json, found: Json): string | undefined {
  const { detail } = document
  const said = text(found.message) ?? text(document.error) ?? text(document.message) ?? text(detail)
  // FastAPI lists what it refused; others nest what they relay.
  return said ?? (Object.keys(document).length > 0 ? JSON.stringify(detail ?? document) : undefined)
}
