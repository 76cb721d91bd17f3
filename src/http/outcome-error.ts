import { failureOfAnswer } from '../routing/error-class.ts'
import type { Json, OutcomeError } from '../types.ts'
import { object } from '../usage/reader.ts'

/** nginx's status, and LiteLLM's, for a client that did not wait for its answer. */
const CLIENT_LEFT = 499

/** The error of a call that ended with this status. */
export function errorOf(status: number, message: string): OutcomeError {
  const name = status === CLIENT_LEFT ? 'ClientDisconnected' : failureOfAnswer(status).class
  return { code: String(status), class: name, message }
}

/**
 * The error of a response, judged by its status and by an error document in it. `words` are those of the upstream, as
 * far as they may stand in a row: its own message may quote the prompt.
 */
export function outcomeErrorOf(
  statusCode: number,
  document: Json | undefined,
  words?: string,
): OutcomeError | undefined {
  if (statusCode === CLIENT_LEFT)
    return errorOf(CLIENT_LEFT, 'The client closed the connection before the answer was complete.')
  if (!isFailure(statusCode) && !document) return undefined
  const error = object(document?.error ?? document)
  const stated = Number(error.status ?? error.code)
  const status = isFailure(statusCode) ? statusCode : stated >= 400 && stated < 600 ? stated : 500
  const labels = [error.type, error.code].filter((label) => typeof label === 'string' && LABEL.test(label))
  return errorOf(
    status,
    ['The upstream answered with an error', ...new Set(labels), ...(words ? [words] : [])].join(': '),
  )
}

/** A redirect is no answer of a model. What has not been modified was answered before. */
export function isFailure(statusCode: number): boolean {
  return statusCode >= 300 && statusCode !== 304
}

const LABEL = /^[\w.-]{1,64}$/
