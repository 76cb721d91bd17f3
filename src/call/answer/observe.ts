import type { IncomingMessage, ServerResponse } from 'node:http'
import type { ErrorCode, ExceededLimit } from '../../errors.ts'
import type { RequestContext } from '../request/context.ts'
import { errorOf } from './outcome-of.ts'
import { type ObserverOptions, ResponseObserver } from './response-observer.ts'

// On the request itself: entries of a WeakMap that live as long as a request make every garbage collection slower.
const OBSERVER = Symbol('express-litellm.observer')
type Observed = IncomingMessage & { [OBSERVER]?: ResponseObserver }

/** The observer of this request, installed on first use. Its outcome is on the context. */
export function observe(
  req: IncomingMessage,
  res: ServerResponse,
  context: RequestContext,
  options: ObserverOptions,
): ResponseObserver {
  const found = observerOf(req)
  if (found) return found
  const observer = new ResponseObserver(context, res, options)
  ;(req as Observed)[OBSERVER] = observer
  context.outcome = observer.outcome
  return observer
}

/** The observer of this request, if usage or spend of it is being recorded. */
export function observerOf(req: IncomingMessage): ResponseObserver | undefined {
  return (req as Observed)[OBSERVER]
}

interface FailureTold {
  readonly status: number
  readonly message: string
  readonly code?: ErrorCode
  readonly exceeded?: ExceededLimit | undefined
}

/** Reports an error that ends the call, for its outcome. `code`: it is the gateway's own. */
export function reportFailure(req: IncomingMessage, { status, message, code, exceeded }: FailureTold): void {
  const error = errorOf(status, message)
  observerOf(req)?.fail(code ? { ...error, refusal: code, ...(exceeded && { exceeded }) } : error)
}
