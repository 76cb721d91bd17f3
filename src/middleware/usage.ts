import { openContext } from '../context.ts'
import type { Gateway } from '../gateway.ts'
import { type Middleware, thenNext } from '../http/middleware.ts'
import { observe } from '../http/observe.ts'
import { callOf } from '../http/read-call.ts'
import { type GatewayOption, gatewayOf } from './default-gateway.ts'

type UsageGateway = Pick<Gateway, 'calls' | 'events'> & Partial<Pick<Gateway, 'openCalls'>>
export type UsageOptions = GatewayOption<UsageGateway>

/**
 * Reads token usage off the response as it passes, whoever sends it. Writes `context.outcome`: a promise that settles
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
