import type { IncomingMessage, ServerResponse } from 'node:http'
import type { LiteLLMError } from '../../errors.ts'
import type { Gateway } from '../../gateway.ts'
import type { Next } from '../../lib/http/middleware.ts'
import { failureTold } from '../../models/routing/cooldown/error-class.ts'
import type { Attempt, Try } from '../../models/routing/plan/action.ts'
import type { CallPlan } from '../../models/routing/plan/call-plan.ts'
import type { Call } from '../../types.ts'
import { clientSideOf } from '../../upstream/client-side.ts'
import type { UpstreamExchange } from '../../upstream/exchange.ts'
import type { UsageReader } from '../../usage/shapes/reader.ts'
import type { ResponseObserver } from '../answer/response-observer.ts'
import type { RequestContext } from '../request/context.ts'
import type { TryEnd } from './answer-body.ts'
import { RelayedAnswer } from './relayed-answer.ts'
import { keyHeaders, routeHeaders } from './told-headers.ts'
import { TrackedTry } from './tracked-try.ts'
import { type TranslatedCall, translatedCall } from './translated-call.ts'
import { refusalOfTry, translatedRequestOf, upstreamRequestOf } from './upstream-request.ts'

/** A call, who asks for it, and what it goes through. */
export interface ForwardOptions {
  readonly gateway: Pick<Gateway, 'prices' | 'pricing' | 'upstream' | 'calls'> &
    Partial<Pick<Gateway, 'events' | 'admission'>>
  readonly plan: CallPlan
  readonly req: IncomingMessage
  readonly res: ServerResponse
  readonly next: Next
  readonly context: RequestContext
  readonly call: Call
  /** As it is told in rows and events, while no try has translated it. */
  readonly received: Call
  readonly reader: UsageReader
  /** Ids of deployments that reject being asked for usage in a stream; this run adds what it learns. */
  readonly unasked: Set<string>
}

/** One request to one deployment, whose answer has not ended. */
export interface OpenTry {
  readonly tried: Try
  readonly exchange: UpstreamExchange
  readonly answer: RelayedAnswer
  readonly tracked: TrackedTry
  /** It asks for usage in a stream, which the client did not. */
  readonly asksForUsage: boolean
  /** The key or the address may be the client's own. */
  readonly clientSide: boolean
}

/** Sends a call to one deployment, or says why that is not asked at all. `end` is told nothing before this returns. */
export function sendTry(
  options: ForwardOptions,
  observer: ResponseObserver | undefined,
  tried: Try,
  failed: readonly Attempt[],
  end: TryEnd,
): { readonly open: OpenTry } | { readonly refusal: LiteLLMError } {
  const { gateway, plan, req, res, next, context, call, received, unasked } = options
  // A fallback is the operator's: a client's key and address are for the model that it asked for.
  const side =
    tried.fallbacks === 0 ? clientSideOf(call, tried.try, gateway.calls.clientSideAddresses === true) : undefined
  const deployment = side?.deployment ?? tried.try
  const own = side ? { ...tried, try: deployment } : tried
  const translated = translatedCall(call, own, gateway)
  const refusal = refusalOfTry(translated?.call ?? call, deployment, gateway)
  if (refusal) return { refusal }
  context.call = translated ? { ...translated.call, modelGroup: received.modelGroup } : received
  context.deployment = deployment
  context.route = {
    group: tried.group,
    retries: failed.length - tried.fallbacks,
    fallbacks: tried.fallbacks,
    failures: failed.map(({ tried, failure }) => ({ deploymentId: tried.try.id, ...failureTold(failure) })),
  }
  observer?.reset()
  const timeoutMs = plan.timeoutMs(deployment, call, req.headers)
  const asks = !unasked.has(deployment.id)
  const { request, hideExtra } = translated
    ? translatedRequestOf(options, translated, deployment, timeoutMs, asks)
    : upstreamRequestOf(options, own, timeoutMs, asks)
  const headers = Object.assign(routeHeaders(context, deployment), keyHeaders(context, timeoutMs))
  const relay = {
    req,
    res,
    context,
    deployment,
    pricing: gateway,
    observer,
    // Whether it is shown is for the client's API to say.
    hideExtra: hideExtra && !translated,
    headers,
    translated: translated && { ...translated, onFault: faultsOf(gateway, translated) },
  }
  const tracked = new TrackedTry(plan, call, tried, timeoutMs)
  const answer = new RelayedAnswer(relay, end, next)
  const exchange = gateway.upstream.send(side ? { ...request, guarded: side.guarded } : request, answer)
  answer.exchange = exchange
  return { open: { tried, exchange, answer, tracked, asksForUsage: hideExtra, clientSide: side !== undefined } }
}

/** A translation that throws has met an answer of a form that nobody knew. */
function faultsOf({ events }: ForwardOptions['gateway'], { translation }: TranslatedCall) {
  const where = `translation of ${translation.provider.shape} for ${translation.client.shape}`
  return (error: unknown) => events?.tell('fault', { error, where })
}
