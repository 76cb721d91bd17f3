import type { IncomingMessage, ServerResponse } from 'node:http'
import { observe } from '../call/answer/observe.ts'
import { chargeCall, recordedCall } from '../call/forward/charge-call.ts'
import { recordBackgroundJobs, type WorkGateway, withInput } from '../call/forward/record-background-jobs.ts'
import { openContext, type RequestContext } from '../call/request/context.ts'
import { callOf, callRouteOf } from '../call/request/read-call.ts'
import type { Gateway } from '../gateway.ts'
import { type Middleware, thenNext } from '../lib/http/middleware.ts'
import { memoizeByObject } from '../lib/memoize.ts'
import type { Outcome, SpendEvent } from '../types.ts'
import { offeredTools } from '../usage/shapes/offered-tools.ts'
import { type GatewayOption, gatewayOf } from './default-gateway.ts'
import { unknownKeyEvent } from './unknown-keys.ts'

export type SpendGateway = Pick<Gateway, 'sink' | 'prices' | 'pricing' | 'events' | 'calls'> &
  Pick<WorkGateway, 'askForUsage'> &
  Partial<Pick<Gateway, 'openCalls' | 'router'>>
export type SpendOptions = GatewayOption<SpendGateway>

/**
 * Hands every finished call to the sink, priced. Includes `litellmUsage`. Never delays, changes or fails the response
 * it records. Mount it after `litellmAuth` and before whatever answers.
 */
export function litellmSpend(options: SpendOptions = {}): Middleware {
  const gateway = gatewayOf<SpendGateway>(options)

  return function litellmSpendMiddleware(req, res, next) {
    if (!res.headersSent) res.setHeader('x-litellm-call-id', openContext(req).callId)
    recordSpend(req, res, gateway)
    thenNext(() => callOf(req, res, gateway.calls), next)
  }
}

const observerOptions = memoizeByObject(({ calls, events, openCalls }: SpendGateway) => ({
  ...calls,
  events,
  openCalls,
}))

/** Arranges for the call to be recorded: when its response is closed, or before it ends for a durable sink. */
export function recordSpend(req: IncomingMessage, res: ServerResponse, gateway: SpendGateway): void {
  const context = openContext(req)
  const observer = observe(req, res, context, observerOptions(gateway))
  observer.recordBy(
    (outcome) =>
      gateway.calls.keepsAnswerOf?.(context.key) ? recordWhole(outcome) : record(req, context, outcome, gateway),
    { beforeEnd: gateway.sink.durable },
  )

  /** With what was asked and answered. */
  async function recordWhole(outcome: Outcome): Promise<void> {
    const { answer } = await observer.finish().reading
    const { request = context.call?.json, answer: told } = context.exchanged ?? {}
    await record(req, context, outcome, gateway, { request, answer: told?.() ?? answer })
  }
}

function record(
  req: IncomingMessage,
  context: RequestContext,
  outcome: Outcome,
  gateway: SpendGateway,
  prompts?: Pick<SpendEvent, 'request' | 'answer'>,
): Promise<void> | void {
  try {
    const event = spendEventOf(req, context, outcome, gateway)
    if (!event) return
    const recorded = gateway.sink.record(prompts ? { ...event, ...prompts } : event)
    // Without prompt and answer: they are for the sink alone.
    gateway.events.tell('spend:record', { event })
    if (!outcome.works?.length) return recorded
    return bothRecorded(recorded, recordBackgroundJobs(event, withInput(outcome.works, context.batchInput), gateway))
  } catch (error) {
    gateway.events.tell('fault', { error, where: 'litellmSpend' })
  }
}

async function bothRecorded(...recorded: readonly unknown[]): Promise<void> {
  await Promise.all(recorded)
}

/** Requests without a known key leave few events, or none: a scanner would fill the table with them. */
function spendEventOf(
  req: IncomingMessage,
  context: RequestContext,
  outcome: Outcome,
  gateway: SpendGateway,
): SpendEvent | undefined {
  const { callId, key, call, route, cache, remaining } = context
  const limits = remaining ? { ...context.limits, ...remaining } : context.limits
  const isRefused = !key && !context.deployment && outcome.status === 'failure'
  if (isRefused) return unknownKeyEvent(req, context, outcome, gateway)
  if (!call) return undefined
  const charge = chargeCall(context, outcome, gateway)
  const { deployment } = context
  if (deployment && outcome.usage && charge.cost === undefined && gateway.pricing?.unpricedModels === 'flag') {
    gateway.events.tell('call:unpriced', { callId, model: deployment.model, provider: deployment.provider })
  }
  const meant = !deployment && outcome.error?.refusal ? gateway.router?.choose(call, key) : undefined
  const intended = meant && recordedCall(call, meant).deployment
  const { path } = callRouteOf(req, gateway.calls.readers)
  const tools = offeredTools(call.json)
  return {
    ...{ callId, key, ...recordedCall(call, deployment), intended, route, path, limits, cache, outcome },
    ...(tools && { tools }),
    ...(context.overheadMs !== undefined && { overheadMs: context.overheadMs }),
    ...charge,
  }
}
