import { type MaybePromise, whenKnown } from '../../lib/maybe-promise.ts'
import { failureOfAnswer } from '../../models/routing/cooldown/error-class.ts'
import type { Call, Deployment, Json, Outcome, OutcomeError } from '../../types.ts'
import { jobsOf, POLLED } from '../../usage/background/background-jobs.ts'
import type { Reading } from '../../usage/meter/reading.ts'
import { object } from '../../usage/shapes/reader.ts'
import { unknownShape } from '../../usage/shapes/unknown-shape.ts'
import { countFailedInput, type SettledUsage, settleUsage, usageAsRead } from '../../usage/tokens/estimate.ts'
import { upstreamWords } from './upstream-words.ts'

/** nginx's status, and LiteLLM's, for a client that did not wait for its answer. */
const CLIENT_LEFT = 499

const LABEL = /^[\w.-]{1,64}$/

/** What was seen of a response by its end. */
export interface SeenResponse extends Pick<Outcome, 'startedAt' | 'firstByteAt' | 'endedAt'> {
  readonly call: Call | undefined
  readonly deployment: Deployment | undefined
  readonly reading: Reading
  readonly settled: SettledUsage
  /** It was written to its end. */
  readonly finished: boolean
  readonly statusCode: number
  /** Why the call failed, where the bytes do not say it. */
  readonly told: OutcomeError | undefined
  /** What the upstream's answer names itself by. */
  readonly providerRequestId?: string | undefined
}

/** How a call ended. */
export function outcomeOf({ call, deployment, reading, settled, finished, told, ...seen }: SeenResponse): Outcome {
  // Many clients close the socket as soon as they have read the end marker: that is a success.
  const aborted = !finished && !reading.complete && told === undefined
  const statusCode = aborted ? 499 : seen.statusCode
  const said = told ?? outcomeErrorOf(statusCode, reading.error, upstreamWords(reading.error, call, deployment))
  const { providerRequestId } = seen
  const error = said && providerRequestId !== undefined ? { ...said, providerRequestId } : said
  return {
    status: error ? 'failure' : 'success',
    statusCode: error && !isFailure(statusCode) ? Number(error.code) || 500 : statusCode,
    usage: settled.usage,
    usageSource: settled.usageSource,
    works: finished && call && POLLED.has(call.shape) ? jobsOf(reading, call.shape, call.upstreamPath) : undefined,
    responseId: reading.responseId,
    responseModel: reading.model,
    responseProvider: reading.provider,
    startedAt: seen.startedAt,
    firstByteAt: seen.firstByteAt,
    endedAt: seen.endedAt,
    aborted,
    error,
    failedInput: settled.failedInput,
  }
}

/** Where no model is known to have answered, nothing is estimated; an error is no model's answer, whatever its form. */
export function settledUsageOf(
  call: Call | undefined,
  deployment: Deployment | undefined,
  reading: Reading,
  statusCode: number,
  finished: boolean,
): MaybePromise<SettledUsage> {
  if (call && POLLED.has(call.shape)) return { usageSource: 'none' }
  // Only the form of an answer tells that a model has made it, where the path does not.
  const isRead = call?.shape !== unknownShape.shape || reading.provider !== undefined
  const isModels = isRead && call !== undefined && statusCode < 300
  const settled = isModels ? settleUsage(reading, { request: call.json, finished }) : usageAsRead(reading)
  const asked = isFailure(statusCode) || reading.error ? deployment && !call?.form && call?.json : undefined
  return asked ? whenKnown(settled, (known) => (known.usage ? known : countFailedInput(asked))) : settled
}

/** The error of a call that ended with this status. `document` may tell more of it. */
export function errorOf(status: number, message: string, document?: Json): OutcomeError {
  const name = status === CLIENT_LEFT ? 'ClientDisconnected' : failureOfAnswer(status, document).class
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
    document,
  )
}

/** A redirect is no answer of a model. What has not been modified was answered before. */
function isFailure(statusCode: number): boolean {
  return statusCode >= 300 && statusCode !== 304
}
