import { object } from '../../../usage/shapes/reader.ts'
import type { ChatError } from '../../chat.ts'
import { chatErrorOf } from '../../common/provider-error.ts'

/** Google's error. Its type is the name of the status (`RESOURCE_EXHAUSTED`); within a stream, `code` is the status. */
export function generateError(status: number, body: unknown): ChatError {
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
