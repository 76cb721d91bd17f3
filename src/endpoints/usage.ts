import { observe } from '../call/answer/observe.ts'
import { openContext } from '../call/request/context.ts'
import { callOf } from '../call/request/read-call.ts'
import type { Gateway } from '../gateway.ts'
import { type Middleware, thenNext } from '../lib/http/middleware.ts'
import { type GatewayOption, gatewayOf } from './default-gateway.ts'

type UsageGateway = Pick<Gateway, 'calls' | 'events'> & Partial<Pick<Gateway, 'openCalls'>>
export type UsageOptions = GatewayOption<UsageGateway>

/**
 * Reads token usage off the response as it passes, whichever handler sends it. Writes `context.outcome`: a promise that settles
 * once, when the response is closed, and never rejects.
 */
export function litellmUsage(options: UsageOptions = {}): Middleware {
  const { calls, events, openCalls } = gatewayOf<UsageGateway>(options)
  const observed = { ...calls, events, openCalls }

  return function litellmUsageMiddleware(req, res, next) {
    const context = openContext(req)
    if (!res.headersSent) res.setHeader('x-litellm-call-id', context.callId)
    observe(req, res, context, observed)
    thenNext(() => callOf(req, res, calls), next)
  }
}
