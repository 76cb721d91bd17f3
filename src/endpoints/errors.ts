import type { IncomingMessage, ServerResponse } from 'node:http'
import { answerError } from '../call/answer/answer.ts'
import { reportFailure } from '../call/answer/observe.ts'
import { isLiteLLMError } from '../errors.ts'
import type { Next } from '../lib/http/middleware.ts'

export type ErrorMiddleware = (error: unknown, req: IncomingMessage, res: ServerResponse, next: Next) => void

/**
 * Answers a LiteLLMError in the shape that clients of the path parse: Anthropic's on `/v1/messages`, Google's on
 * `:generateContent`, OpenAI's everywhere else. Passes every other error on.
 */
export function litellmErrors(): ErrorMiddleware {
  return function litellmErrorsMiddleware(error, req, res, next) {
    if (!isLiteLLMError(error)) return next(error)
    // What an upstream says may quote the prompt; the observer has its status.
    if (error.code !== 'upstream_error') reportFailure(req, error)
    answerError(req, res, error)
  }
}
