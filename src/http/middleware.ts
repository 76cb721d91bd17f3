import type { IncomingMessage, ServerResponse } from 'node:http'

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

/** Awaits `work`, then calls `next`. A rejection goes to `next`: Connect and Express 4 do not do that themselves. */
export function thenNext(work: Promise<unknown>, next: Next): void {
  work.then(() => next(), next)
}
