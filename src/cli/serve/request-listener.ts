import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http'
import { openContext } from '../../call/request/context.ts'
import { isLiteLLMError, LiteLLMError } from '../../errors.ts'

type Next = (error?: unknown) => void
type Middleware = (req: IncomingMessage, res: ServerResponse, next: Next) => unknown

/** A middleware as the whole application: what it passes on ends in an error of the OpenAI shape. */
export function toRequestListener(middleware: Middleware, onFault: (error: unknown) => void): RequestListener {
  return function gatewayListener(req, res) {
    const next: Next = (error) => answer(error ?? notFound(req), req, res, onFault)
    void Promise.resolve()
      .then(() => middleware(req, res, next))
      .catch(next)
  }
}

function notFound({ method, url }: IncomingMessage): LiteLLMError {
  return new LiteLLMError('not_found', { message: `This gateway has no route ${method} ${url?.split('?')[0]}.` })
}

function answer(problem: unknown, req: IncomingMessage, res: ServerResponse, onFault: (error: unknown) => void) {
  if (!isLiteLLMError(problem)) onFault(problem)
  if (res.headersSent) return void res.destroy()
  const error = isLiteLLMError(problem) ? problem : new LiteLLMError('internal', { cause: problem })
  const body = JSON.stringify(error.toJSON())
  res.writeHead(error.status, {
    'x-litellm-call-id': openContext(req).callId,
    ...error.headers,
    'content-type': 'application/json',
    'content-length': Buffer.byteLength(body),
  })
  res.end(body)
}
