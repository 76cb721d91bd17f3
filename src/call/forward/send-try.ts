import type { IncomingMessage, ServerResponse } from 'node:http'
import type { LiteLLMError } from '../../errors.ts'
import type { Gateway } from '../../gateway.ts'
import type { Next } from '../../lib/http/middleware.ts'
import { type MaybePromise, whenKnown } from '../../lib/maybe-promise.ts'
import { failureTold } from '../../models/routing/cooldown/error-class.ts'
import type { Attempt, Try } from '../../models/routing/plan/action.ts'
import type { CallPlan } from '../../models/routing/plan/call-plan.ts'
import type { TrackedResult } from '../../models/routing/router.ts'
import type { Call, VirtualKey } from '../../types.ts'
import { clientSideOf } from '../../upstream/client-side.ts'
import type { UpstreamExchange } from '../../upstream/exchange.ts'
import { sendParts } from '../../upstream/send-parts.ts'
import type { UpstreamRequest } from '../../upstream/upstream.ts'
import type { Reading } from '../../usage/meter/reading.ts'
import type { UsageReader } from '../../usage/shapes/reader.ts'
import type { ResponseObserver } from '../answer/response-observer.ts'
import type { RequestContext } from '../request/context.ts'
import type { FailedTry, TryEnd } from './answer-body.ts'
import { withEarlierInput } from './earlier-turns.ts'
import { RelayedAnswer } from './relayed-answer.ts'
import { keyHeaders, routeHeaders } from './told-headers.ts'
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
  const translated = translatedCall(call, context.callId, own, gateway)
  const refusal = refusalOfTry(translated?.call ?? call, deployment, gateway)
  if (refusal) return { refusal }
  context.call = translated ? { ...translated.call, modelGroup: received.modelGroup } : received
  context.exchanged = undefined
  context.deployment = deployment
  context.route = {
    group: tried.group,
    askedAt: new Date(),
    retries: failed.length - tried.fallbacks,
    fallbacks: tried.fallbacks,
    failures: failed.map(({ tried, failure }) => ({ deploymentId: tried.try.id, ...failureTold(failure) })),
  }
  observer?.reset()
  const timeoutMs = plan.timeoutMs(deployment, call, req.headers, context.key)
  const asks = !unasked.has(deployment.id)
  const { request, hideExtra } = translated
    ? translatedRequestOf(options, translated, deployment, timeoutMs, asks)
    : upstreamRequestOf({ ...options, call: withEarlierInput(call) }, own, timeoutMs, asks)
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
    keepsModelNames: gateway.calls.keepsModelNames,
    wrapsErrors: gateway.calls.wrapsErrors,
    headers,
    translated: translated && { ...translated, onFault: faultsOf(gateway, translated), keep: keepIn(options) },
  }
  const tracked = new TrackedTry(plan, call, context.key, tried, timeoutMs)
  const answer = new RelayedAnswer(relay, end, next)
  const exchange = start(gateway, side ? { ...request, guarded: side.guarded } : request, translated, answer)
  answer.exchange = exchange
  return { open: { tried, exchange, answer, tracked, asksForUsage: hideExtra, clientSide: side !== undefined } }
}

/** The exchange of a try: one request, or one for each part where the provider takes one input at a time. */
function start(
  { upstream }: Pick<Gateway, 'upstream'>,
  request: UpstreamRequest,
  translated: TranslatedCall | undefined,
  answer: RelayedAnswer,
): UpstreamExchange {
  const { provider, request: asked } = translated?.translation ?? {}
  if (!asked?.parts || !provider?.join) return upstream.send(request, answer)
  const bodies = asked.parts.map((part) => Buffer.from(JSON.stringify(part)))
  return sendParts(upstream, request, { bodies, join: provider.join }, answer)
}

/** What a row that keeps prompts says of a translated call. */
function keepIn({ gateway, context, received: { json } }: ForwardOptions) {
  if (!json || !gateway.calls.keepsAnswerOf?.(context.key)) return undefined
  return (answer: () => unknown) => {
    context.exchanged = { request: json, answer }
  }
}

/** A translation that throws has met an answer of a form that nobody knew. */
function faultsOf({ events }: ForwardOptions['gateway'], { translation }: TranslatedCall) {
  const where = `translation of ${translation.provider.shape} for ${translation.client.shape}`
  return (error: unknown) => events?.tell('fault', { error, where })
}

/** Tells the router how one try ended. It listens to the first word. */
class TrackedTry {
  /** The client waits for a shorter time than the operator would: the deployment is not slow for that. */
  readonly #isImpatient: () => boolean
  readonly #tell: (result: TrackedResult) => void
  readonly #startedAt = performance.now()

  constructor(
    plan: CallPlan,
    call: Call,
    key: VirtualKey | undefined,
    { try: deployment, group }: Try,
    timeoutMs: number | undefined,
  ) {
    this.#tell = plan.track(deployment, call, group, key)
    this.#isImpatient = () => {
      const own = plan.timeoutMs(deployment, { ...call, json: undefined }, {})
      return timeoutMs !== undefined && own !== undefined && timeoutMs < own
    }
  }

  /** How long it took is known now; what it used, when it has been read. */
  succeeded(reading: MaybePromise<Reading> | undefined): void {
    const ended = this.#ended(true)
    void whenKnown(reading, (found) => {
      const { promptTokens = 0, completionTokens = 0 } = found?.usage ?? {}
      this.#tell({ ...ended, promptTokens, completionTokens })
    })
  }

  /** `isTheirs`: what went wrong says nothing about the deployment. */
  failed({ failure, retryAfterMs, namesOwn }: FailedTry, isTheirs: boolean): void {
    const timedOut = failure.class === 'Timeout'
    const says = !isTheirs && !(timedOut && this.#isImpatient())
    this.#tell({ ...this.#ended(false), timedOut, failure: says ? failure : undefined, retryAfterMs, namesOwn })
  }

  /** Nothing waits for it any more. */
  stopped(): void {
    this.#tell(this.#ended(false))
  }

  #ended(success: boolean): TrackedResult {
    const durationMs = performance.now() - this.#startedAt
    return { durationMs, promptTokens: 0, completionTokens: 0, success, timedOut: false }
  }
}
