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
