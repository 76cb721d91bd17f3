import type { IncomingMessage, ServerResponse } from 'node:http'
import { openContext, type RequestContext } from '../context.ts'
import type { Gateway } from '../gateway.ts'
import { type Middleware, thenNext } from '../http/middleware.ts'
import { callOf } from '../http/read-call.ts'
import { observe } from '../http/response-observer.ts'
import type { Outcome, SpendEvent } from '../types.ts'
import { chargeOnce } from './charge-once.ts'
import { type GatewayOption, gatewayOf } from './default-gateway.ts'
import { shownDeployment } from './shown-deployment.ts'

export type SpendGateway = Pick<Gateway, 'sink' | 'prices' | 'pricing' | 'events' | 'calls'>
export type SpendOptions = GatewayOption<SpendGateway>

/**
 * Hands every finished call to the sink, priced. Includes `litellmUsage`. Never delays, changes or fails the response
 * it records. Mount it after `litellmAuth` and before whatever answers.
 */
export function litellmSpend(options: SpendOptions = {}): Middleware {
  const gateway = gatewayOf<SpendGateway>(options)

  return function litellmSpendMiddleware(req, res, next) {
    recordSpend(req, res, gateway)
    thenNext(callOf(req, gateway.calls), next)
  }
}

/** Arranges for the call to be recorded: when its response is closed, or before it ends for a durable sink. */
export function recordSpend(req: IncomingMessage, res: ServerResponse, gateway: SpendGateway): void {
  const context = openContext(req)
  const observer = observe(req, res, context, { ...gateway.calls, events: gateway.events })
  if (gateway.sink.durable) observer.recordBeforeEnd((outcome) => record(context, outcome, gateway))
  else void observer.outcome.then((outcome) => record(context, outcome, gateway))
}

function record(context: RequestContext, outcome: Outcome, gateway: SpendGateway): Promise<void> | void {
  try {
    const event = spendEventOf(context, outcome, gateway)
    if (!event) return
    const recorded = gateway.sink.record(event)
    gateway.events.tell('spend:record', { event })
    return recorded
  } catch (error) {
    gateway.events.tell('fault', { error, where: 'litellmSpend' })
  }
}

/** Requests that nobody is known to have made leave no event: a scanner would fill the table with them. */
function spendEventOf(context: RequestContext, outcome: Outcome, gateway: SpendGateway): SpendEvent | undefined {
  const { callId, key, call, deployment, route } = context
  if (!call || (!key && !deployment && outcome.status === 'failure')) return undefined
  const charge = chargeOnce(context, outcome, gateway)
  if (deployment && outcome.usage && charge.cost === undefined && gateway.pricing?.unpricedModels === 'flag') {
    gateway.events.tell('call:unpriced', { callId, model: deployment.model, provider: deployment.provider })
  }
  return { callId, key, call, deployment: shownDeployment(deployment), route, outcome, ...charge }
}
