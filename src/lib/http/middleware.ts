import type { IncomingMessage, ServerResponse } from 'node:http'
import type { MaybePromise } from '../maybe-promise.ts'

export type Next = (error?: unknown) => void
/** A Connect middleware. Express's RequestHandler is one of these. */
export type Middleware = (req: IncomingMessage, res: ServerResponse, next: Next) => unknown

/** Runs middlewares in order as if they were one. */
export function compose(...middlewares: readonly Middleware[]): Middleware {
  return function composedMiddleware(req, res, next) {
    let index = 0
    const step: Next = (error) => {
      const middleware = middlewares[index++]
      if (error || !middleware) return next(error)
      middleware(req, res, step)
    }
    step()
  }
}

/**
 * Does `work`, then calls `next`: in this turn when it is done in this turn. What it throws, now or later, goes to `next`:
 * Connect and Express 4 do not do that themselves.
 */
export function thenNext(work: () => MaybePromise<unknown>, next: Next): void {
  let done: unknown
  try {
    done = work()
  } catch (error) {
    return void next(error)
  }
  if (done instanceof Promise) done.then(() => next(), next)
  else next()
}
