import type { IncomingMessage, ServerResponse } from 'node:http'
import { isLiteLLMError } from '../errors.ts'
import { answerError } from '../http/answer.ts'
import type { Next } from '../http/middleware.ts'
import { reportFailure } from '../http/report-failure.ts'

export type ErrorMiddleware = (error: unknown, req: IncomingMessage, res: ServerResponse, next: Next) => void

/** Answers a LiteLLMError in the shape that OpenAI clients parse, as LiteLLM does; passes every other error on. */
export function litellmErrors(): ErrorMiddleware {
  return function litellmErrorsMiddleware(error, req, res, next) {
    if (!isLiteLLMError(error)) return next(error)
    // What an upstream says may quote the prompt; the observer has its status.
    if (error.code !== 'upstream_error') reportFailure(req, error)
    answerError(req, res, error)
  }
}
