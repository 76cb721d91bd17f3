import type { NowOrLater } from '../now-or-later.ts'
import type { Call, Deployment, Outcome, OutcomeError } from '../types.ts'
import { anyShape } from '../usage/any-shape.ts'
import { type SettledUsage, settleUsage, usageAsRead } from '../usage/estimate.ts'
import type { Reading } from '../usage/reading.ts'
import { FETCHED, worksOf } from '../usage/works.ts'
import { isFailure, outcomeErrorOf } from './outcome-error.ts'
import { upstreamWords } from './upstream-words.ts'

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
}

/** How a call ended. */
export function outcomeOf({ call, deployment, reading, settled, finished, told, ...seen }: SeenResponse): Outcome {
  // Many clients close the socket as soon as they have read the end marker: that is a success.
  const aborted = !finished && !reading.complete && told === undefined
  const statusCode = aborted ? 499 : seen.statusCode
  const error = told ?? outcomeErrorOf(statusCode, reading.error, upstreamWords(reading.error, call, deployment))
  return {
    status: error ? 'failure' : 'success',
    statusCode: error && !isFailure(statusCode) ? Number(error.code) || 500 : statusCode,
    usage: settled.usage,
    usageSource: settled.usageSource,
    works: finished && call && FETCHED.has(call.shape) ? worksOf(reading, call.shape, call.route) : undefined,
    responseId: reading.responseId,
    responseModel: reading.model,
    responseProvider: reading.provider,
    startedAt: seen.startedAt,
    firstByteAt: seen.firstByteAt,
    endedAt: seen.endedAt,
    aborted,
    error,
  }
}

/** Where no model is known to have answered, nothing is estimated; an error is no model's answer, whatever its form. */
export function settledUsageOf(
  call: Call | undefined,
  reading: Reading,
  statusCode: number,
  finished: boolean,
): NowOrLater<SettledUsage> {
  if (call && FETCHED.has(call.shape)) return { usageSource: 'none' }
  // Only the form of an answer tells that a model has made it, where the path does not.
  const isRead = call?.shape !== anyShape.shape || reading.provider !== undefined
  const isModels = isRead && call !== undefined && statusCode < 300
  return isModels ? settleUsage(reading, { request: call.json, finished }) : usageAsRead(reading)
}
