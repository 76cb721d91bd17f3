import type { IncomingMessage, ServerResponse } from 'node:http'
import { LiteLLMError } from '../../errors.ts'
import type { Gateway } from '../../gateway.ts'
import type { Next } from '../../lib/http/middleware.ts'
import { whenKnown } from '../../lib/maybe-promise.ts'
import { failureTold } from '../../models/routing/cooldown/error-class.ts'
import type { GiveUp, Try } from '../../models/routing/plan/action.ts'
import type { CallPlan } from '../../models/routing/plan/call-plan.ts'
import type { Call } from '../../types.ts'
import { clientSideOf } from '../../upstream/client-side.ts'
import type { UpstreamExchange } from '../../upstream/exchange.ts'
import type { UsageReader } from '../../usage/shapes/reader.ts'
import { observerOf } from '../answer/observe.ts'
import type { ResponseObserver } from '../answer/response-observer.ts'
import type { RequestContext } from '../request/context.ts'
import type { FailedTry, TryEnd } from './answer-body.ts'
import { type Drain, drain, drainOf } from './client-abort.ts'
import { giveUpError, type NextStep, NextTry } from './next-try.ts'
import { RelayedAnswer } from './relayed-answer.ts'
import { TrackedTry } from './tracked-try.ts'
import { keyHeaders, refusalOfTry, routeHeaders, upstreamRequestOf } from './upstream-request.ts'

export interface ForwardOptions {
  readonly gateway: Pick<Gateway, 'prices' | 'pricing' | 'upstream' | 'calls'> &
    Partial<Pick<Gateway, 'events' | 'admission'>>
  readonly plan: CallPlan
  readonly req: IncomingMessage
  readonly res: ServerResponse
  readonly next: Next
  readonly context: RequestContext
  readonly call: Call
  readonly reader: UsageReader
  /** Ids of deployments that reject being asked for usage in a stream; this run adds what it learns. */
  readonly unasked: Set<string>
}

/** One call on its way through the deployments: tries, waits, tries elsewhere, until one answers or none is left. */
export class ForwardedCall {
  readonly #options: ForwardOptions
  readonly #observer: ResponseObserver | undefined
  readonly #way: NextTry
  #exchange: UpstreamExchange | undefined
  #pause: NodeJS.Timeout | undefined
  #answer: RelayedAnswer | undefined
  #drain: Drain | undefined
  #tracked: TrackedTry | undefined
  #gone = false
  #answered = false
  /** It is being found out what is next. */
  #choosing = false

  constructor(options: ForwardOptions) {
    this.#options = options
    this.#way = new NextTry(options)
    this.#observer = observerOf(options.req)
  }

  start(): void {
    const { res, next, call } = this.#options
    // Its row says already that the client left.
    if (res.destroyed) return
    this.#observer?.openCall.cutBy(this)
    res.once('close', () => res.writableFinished || this.#clientLeft())
    this.#goOn((action, refusal) => next(giveUpError(action, refusal, call.modelGroup)))
  }

  /** The gateway closes. A client that has not seen its answer begin is told to ask elsewhere. */
  cut(): void {
    const { res, next } = this.#options
    if (res.headersSent || res.destroyed) return void res.destroy()
    this.#clientLeft()
    next(new LiteLLMError('shutting_down'))
  }

  stop(): void {
    this.#drain?.giveUp()
  }

  #goOn(giveUp: (action: GiveUp, refusal: NextStep['refusal']) => void): void {
    this.#choosing = true
    const chosen = whenKnown(this.#way.next(), ({ action, refusal }) => {
      this.#choosing = false
      if (this.#gone) return
      if ('giveUp' in action) giveUp(action, refusal)
      else this.#act(action)
    })
    if (chosen instanceof Promise) chosen.catch(this.#options.next)
  }

  #act(action: Try): void {
    if (action.afterMs > 0) this.#pause = setTimeout(() => this.#try(action), action.afterMs)
    else this.#try(action)
  }

  #try(tried: Try): void {
    this.#pause = undefined
    try {
      this.#send(tried)
    } catch (error) {
      // Later tries begin in a timer: an exception there would end the process.
      this.#options.next(error)
    }
  }

  #send(tried: Try): void {
    const { gateway, plan, req, res, next, context, call, unasked } = this.#options
    // A fallback is the operator's: a client's key and address are for the model that it asked for.
    const side =
      tried.fallbacks === 0 ? clientSideOf(call, tried.try, gateway.calls.clientSideAddresses === true) : undefined
    const deployment = side?.deployment ?? tried.try
    const refusal = refusalOfTry(call, deployment, gateway)
    if (refusal) return void next(refusal)
    context.deployment = deployment
    const { failed } = this.#way
    context.route = {
      group: tried.group,
      retries: failed.length - tried.fallbacks,
      fallbacks: tried.fallbacks,
      failures: failed.map(({ tried, failure }) => ({ deploymentId: tried.try.id, ...failureTold(failure) })),
    }
    this.#observer?.reset()
    const timeoutMs = plan.timeoutMs(deployment, call, req.headers)
    const asks = !unasked.has(deployment.id)
    const own = side ? { ...tried, try: deployment } : tried
    const { request, hideExtra } = upstreamRequestOf(this.#options, own, timeoutMs, asks)
    const headers = Object.assign(routeHeaders(context, deployment), keyHeaders(context, timeoutMs))
    const relay = {
      req,
      res,
      context,
      deployment,
      pricing: gateway,
      observer: this.#observer,
      hideExtra,
      headers,
    }
    const tracked = new TrackedTry(plan, call, tried, timeoutMs)
    const answer = new RelayedAnswer(relay, this.#endOf(tried, tracked, hideExtra, side !== undefined), next)
    this.#exchange = gateway.upstream.send(side ? { ...request, guarded: side.guarded } : request, answer)
    answer.exchange = this.#exchange
    this.#answer = answer
  }

  #endOf(tried: Try, tracked: TrackedTry, asked: boolean, clientSide: boolean): TryEnd {
    const { call, unasked, next } = this.#options
    this.#tracked = tracked
    return {
      succeeded: () => {
        this.#answered = true
        this.#drain?.end()
        tracked.succeeded(this.#observer?.finish().reading)
      },
      failed: (failed) => {
        if (asked && failed.rejectsAsking && !this.#gone) {
          tracked.stopped()
          unasked.add(tried.try.id)
          return this.#try(tried)
        }
        if (call.upload?.fault) {
          tracked.stopped()
          return failed.answered ? failed.deliver() : next(call.upload.fault)
        }
        // The key or the address may be the client's own.
        tracked.failed(failed, clientSide)
        this.#failed(tried, failed)
      },
    }
  }

  #failed(tried: Try, { failure, retryAfterMs, answered, deliver }: FailedTry): void {
    this.#drain?.end()
    if (this.#gone) return
    this.#way.fail({ tried, failure, retryAfterMs, answered })
    this.#tell(tried, failure)
    // What has been passed on of an upload and is not kept cannot be sent again.
    if (this.#options.call.upload?.repeatable === false) deliver()
    else this.#goOn(deliver)
  }

  #tell({ try: { id: deploymentId }, group: modelGroup }: Try, failure: FailedTry['failure']): void {
    const { gateway, context } = this.#options
    const { callId } = context
    gateway.events?.tell('call:try-failed', { callId, deploymentId, modelGroup, ...failureTold(failure) })
  }

  #clientLeft(): void {
    const { gateway, call, context } = this.#options
    if (this.#gone) return
    this.#gone = true
    if (this.#answered) return
    if (this.#pause || this.#choosing) return void this.#leaveBetweenTries()
    if (!this.#exchange) return
    const { deployment } = context
    // An upload that is not complete gets no answer.
    const isAsked = !this.#exchange.waiting && call.upload?.complete !== false
    const options = deployment && isAsked && drainOf(gateway.calls.clientAbort, call, deployment)
    if (!this.#observer || !options) return void this.#stop()
    this.#drain = drain(this.#observer, options, () => this.#stop())
    if (this.#answer) this.#answer.drain = this.#drain
    this.#exchange.resume()
  }

  /** The upstream says nothing more: how its try ended is said here. */
  #stop(): void {
    this.#exchange?.abort()
    this.#tracked?.stopped()
  }

  /** What the last try said is not how the call ended: the client did not wait for the next. */
  #leaveBetweenTries(): void {
    clearTimeout(this.#pause)
    this.#observer?.reset()
  }
}
