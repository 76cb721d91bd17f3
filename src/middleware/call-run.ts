import type { IncomingMessage, ServerResponse } from 'node:http'
import type { RequestContext } from '../context.ts'
import { LiteLLMError } from '../errors.ts'
import type { Gateway } from '../gateway.ts'
import type { Next } from '../http/middleware.ts'
import { observerOf } from '../http/observe.ts'
import type { ResponseObserver } from '../http/response-observer.ts'
import { whenKnown } from '../now-or-later.ts'
import type { Action, Attempt, GiveUp, Try } from '../routing/action.ts'
import type { CallPlan } from '../routing/call-plan.ts'
import { giveUpMessage } from '../routing/give-up-message.ts'
import type { Call, Usage } from '../types.ts'
import { clientSideOf } from '../upstream/client-side.ts'
import type { UpstreamExchange } from '../upstream/upstream.ts'
import type { UsageReader } from '../usage/reader.ts'
import type { FailedTry, TryEnd } from './answer-body.ts'
import { type Drain, drain, drainOf } from './client-abort.ts'
import { keyHeaders } from './key-headers.ts'
import { refusalOfTry } from './refuse-try.ts'
import { RelayedAnswer } from './relayed-answer.ts'
import { routeHeaders, upstreamRequestOf } from './upstream-request.ts'

export interface RunOptions {
  readonly gateway: Pick<Gateway, 'prices' | 'pricing' | 'upstream' | 'calls'> & Partial<Pick<Gateway, 'events'>>
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
export class CallRun {
  readonly #options: RunOptions
  readonly #observer: ResponseObserver | undefined
  readonly #attempts: Attempt[] = []
  #exchange: UpstreamExchange | undefined
  #pause: NodeJS.Timeout | undefined
  #answer: RelayedAnswer | undefined
  #drain: Drain | undefined
  /** Tells the router that the try under way was given up. */
  #giveUp: (() => void) | undefined
  #gone = false

  constructor(options: RunOptions) {
    this.#options = options
    this.#observer = observerOf(options.req)
  }

  start(): void {
    const { res } = this.#options
    if (res.destroyed) return // Its row says already that the client left.
    res.once('close', () => {
      if (!res.writableFinished) this.#clientLeft()
    })
    this.#act(this.#next())
  }

  #next(): Action {
    const { plan, call, context } = this.#options
    return plan.next(call, context.key, this.#attempts)
  }

  #act(action: Action): void {
    if ('giveUp' in action) this.#refuse(action)
    else if (action.afterMs > 0) this.#pause = setTimeout(() => this.#try(action), action.afterMs)
    else this.#try(action)
  }

  #try(tried: Try): void {
    this.#pause = undefined
    try {
      this.#send(tried)
    } catch (error) {
      // Later tries begin in nobody's turn: what they throw would end the process.
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
    context.route = {
      group: tried.group,
      retries: this.#attempts.length - tried.fallbacks,
      fallbacks: tried.fallbacks,
      failures: this.#attempts.map(({ tried, failure }) => ({ deploymentId: tried.try.id, ...failure })),
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
    const answer = new RelayedAnswer(relay, this.#endOf(tried, hideExtra, side !== undefined), next)
    this.#exchange = gateway.upstream.send(side ? { ...request, guarded: side.guarded } : request, answer)
    answer.exchange = this.#exchange
    this.#answer = answer
  }

  #endOf(tried: Try, asked: boolean, clientSide: boolean): TryEnd {
    const { plan, call, unasked } = this.#options
    const startedAt = performance.now()
    const tell = plan.track(tried.try, call, tried.group)
    const common = () => ({ durationMs: performance.now() - startedAt, promptTokens: 0, completionTokens: 0 })
    this.#giveUp = () => tell({ ...common(), success: false, timedOut: false })
    return {
      succeeded: () => {
        this.#drain?.end()
        const ended = { ...common(), success: true, timedOut: false }
        const reading = this.#observer?.finish().reading
        void whenKnown(reading, (found) => tell({ ...ended, ...tokensOf(found?.usage) }))
      },
      failed: (failed) => {
        if (asked && failed.rejectsAsking && !this.#gone) {
          tell({ ...common(), success: false, timedOut: false })
          unasked.add(tried.try.id)
          return this.#try(tried)
        }
        if (call.upload?.fault) {
          tell({ ...common(), success: false, timedOut: false })
          return failed.answered ? failed.deliver() : this.#options.next(call.upload.fault)
        }
        const timedOut = failed.failure.class === 'Timeout'
        // What goes wrong with a key or an address of the client's says nothing about the deployment.
        const failure = clientSide ? undefined : failed.failure
        tell({ ...common(), success: false, timedOut, failure, retryAfterMs: failed.retryAfterMs })
        this.#failed(tried, failed)
      },
    }
  }

  #failed(tried: Try, { failure, retryAfterMs, answered, deliver }: FailedTry): void {
    this.#drain?.end()
    if (this.#gone) return
    this.#attempts.push({ tried, failure, retryAfterMs, answered })
    this.#tell(tried, failure)
    // What has been passed on of an upload and is not kept cannot be sent again.
    const action = this.#options.call.upload?.repeatable === false ? undefined : this.#next()
    if (!action || 'giveUp' in action) deliver()
    else this.#act(action)
  }

  #tell({ try: { id: deploymentId }, group: modelGroup }: Try, failure: FailedTry['failure']): void {
    const { gateway, context } = this.#options
    gateway.events?.tell('call:try-failed', { callId: context.callId, deploymentId, modelGroup, ...failure })
  }

  /** Nothing could be tried, or nothing any more. */
  #refuse(action: GiveUp): void {
    const { next, call } = this.#options
    if (action.giveUp === 'unknown_group') return void next(unknownModel(call.modelGroup))
    const { retryAfterMs } = action
    next(
      new LiteLLMError('no_deployment', {
        status: action.failure.status,
        message: giveUpMessage(action, call.modelGroup),
        headers: retryAfterMs === undefined ? {} : { 'retry-after': String(Math.ceil(retryAfterMs / 1000)) },
      }),
    )
  }

  #clientLeft(): void {
    const { gateway, call, context } = this.#options
    this.#gone = true
    if (this.#pause) return void this.#leaveBetweenTries()
    if (!this.#exchange) return
    const { deployment } = context
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
    this.#giveUp?.()
  }

  /** What the last try said is not how the call ended: the client did not wait for the next. */
  #leaveBetweenTries(): void {
    clearTimeout(this.#pause)
    this.#observer?.reset()
  }
}

function tokensOf({ promptTokens = 0, completionTokens = 0 }: Partial<Usage> = {}) {
  return { promptTokens, completionTokens }
}

function unknownModel(name: string): LiteLLMError {
  return new LiteLLMError('model_not_found', {
    param: 'model',
    message: `Invalid model name passed in model=${name}. Call \`/v1/models\` to view available models for your key.`,
  })
}
