import { LiteLLMError } from '../../errors.ts'
import type { FailedTryTold } from '../../events.ts'
import { whenKnown } from '../../lib/maybe-promise.ts'
import { ownTurnFor } from '../../lib/own-turn.ts'
import { failureTold } from '../../models/routing/cooldown/error-class.ts'
import type { GiveUp, Try } from '../../models/routing/plan/action.ts'
import { observerOf } from '../answer/observe.ts'
import type { ResponseObserver } from '../answer/response-observer.ts'
import { askedOf } from '../request/context.ts'
import type { FailedTry, TryEnd } from './answer-body.ts'
import { type Drain, drain, drainOf } from './client-abort.ts'
import { giveUpError, type NextStep, NextTry } from './next-try.ts'
import { type ForwardOptions, type OpenTry, sendTry } from './send-try.ts'

/**
 * Where a call is on its way. Exactly one is true, and each event asks which:
 *
 * | state      | its client leaves       | the timer | the answer ends | the try fails         |
 * | ---------- | ----------------------- | --------- | --------------- | --------------------- |
 * | `choosing` | `ended`                 |           |                 |                       |
 * | `waiting`  | `ended`                 | `trying`  |                 |                       |
 * | `trying`   | `draining`, or `ended`  |           | `ended`         | `choosing` or `ended` |
 * | `draining` |                         |           | `ended`         | `ended`               |
 * | `ended`    |                         |           |                 |                       |
 */
type CallState =
  /** The router is asked what is next, and budgets whether they have room for it. */
  | { readonly kind: 'choosing' }
  /** Until the next try. */
  | { readonly kind: 'waiting'; readonly timer: NodeJS.Timeout }
  | { readonly kind: 'trying'; readonly open: OpenTry }
  /** The client has left. Without `drain`, what is there of the answer is all that is read of it. */
  | { readonly kind: 'draining'; readonly open: OpenTry; readonly drain?: Drain }
  /** Answered, handed to `next`, or left by its client. */
  | { readonly kind: 'ended' }

const ENDED: CallState = { kind: 'ended' }

/** One call on its way through the deployments: tries, waits, tries elsewhere, until one answers or none is left. */
export class ForwardedCall {
  readonly #options: ForwardOptions
  readonly #observer: ResponseObserver | undefined
  readonly #way: NextTry
  readonly #tryEnd: TryEnd = { succeeded: () => this.#succeeded(), failed: (failed) => this.#tryFailed(failed) }
  #state: CallState = ENDED

  constructor(options: ForwardOptions) {
    this.#options = options
    this.#way = new NextTry(options)
    this.#observer = observerOf(options.req)
  }

  start(): void {
    const { res, call, gateway } = this.#options
    // Its row says already that the client left.
    if (res.destroyed) return
    this.#observer?.openCall.cutBy(this)
    res.once('close', () => res.writableFinished || this.#clientLeft())
    this.#choose((action, refusal) => this.#fail(giveUpError(action, refusal, call, gateway.calls.unknownModelStatus)))
  }

  /** The gateway closes. A client that has not seen its answer begin is told to ask elsewhere. */
  cut(): void {
    const { res, next } = this.#options
    if (res.headersSent || res.destroyed) return void res.destroy()
    this.#clientLeft()
    next(new LiteLLMError('shutting_down'))
  }

  /** Nothing is read on for a client that has left. */
  stop(): void {
    if (this.#state.kind === 'draining') this.#state.drain?.giveUp()
  }

  /** `giveUp` answers the client when no try is left. `onChosen` hears of the next try before it is made. */
  #choose(giveUp: (action: GiveUp, refusal: NextStep['refusal']) => void, onChosen?: (next?: Try) => void): void {
    const choosing: CallState = { kind: 'choosing' }
    this.#state = choosing
    // A try goes through a large body once or twice: it is edited, or translated and written.
    const itsTurn = ownTurnFor(this.#options.call.body?.length)
    const step = whenKnown(itsTurn, () => this.#way.next())
    const chosen = whenKnown(step, ({ action, refusal }) => {
      if (this.#state !== choosing) return onChosen?.()
      onChosen?.('giveUp' in action ? undefined : action)
      if ('giveUp' in action) giveUp(action, refusal)
      else if (action.afterMs === 0) this.#try(action)
      else this.#state = { kind: 'waiting', timer: setTimeout(() => this.#try(action), action.afterMs) }
    })
    if (chosen instanceof Promise) chosen.catch((error) => this.#fail(error))
  }

  #try(tried: Try): void {
    try {
      const sent = sendTry(this.#options, this.#observer, tried, this.#way.failed, this.#tryEnd)
      if ('refusal' in sent) this.#fail(sent.refusal)
      else this.#state = { kind: 'trying', open: sent.open }
    } catch (error) {
      // Later tries begin in a timer: an exception there would end the process.
      this.#fail(error)
    }
  }

  /** The application answers. */
  #fail(error: unknown): void {
    this.#state = ENDED
    this.#options.next(error)
  }

  #succeeded(): void {
    const state = this.#state
    switch (state.kind) {
      case 'trying':
      case 'draining':
        this.#end(state)
        state.open.tracked.succeeded(this.#observer?.finish().reading)
    }
  }

  #tryFailed(failed: FailedTry): void {
    const state = this.#state
    switch (state.kind) {
      case 'trying':
        this.#goOn(state.open, failed)
        break
      case 'draining':
        this.#end(state)
        this.#track(state.open, failed)
    }
  }

  /** What becomes of a call that is waited for, when its try has failed. */
  #goOn(open: OpenTry, failed: FailedTry): void {
    const { tried, tracked, asksForUsage } = open
    const { upload } = this.#options.call
    if (asksForUsage && failed.rejectsAsking) {
      tracked.stopped()
      this.#options.unasked.add(tried.try.id)
      this.#try(tried)
      return
    }
    this.#track(open, failed)
    if (upload?.fault) {
      if (failed.answered) this.#deliver(failed)
      else this.#fail(upload.fault)
      return
    }
    const { failure, retryAfterMs, answered } = failed
    this.#way.fail({ tried, failure, retryAfterMs, answered })
    const tell = (next?: Try) => this.#tell(tried, failed, next)
    // What has been passed on of an upload and is not kept cannot be sent again.
    if (upload?.repeatable === false) {
      tell()
      this.#deliver(failed)
    } else this.#choose(() => this.#deliver(failed), tell)
  }

  /** A fault of the upload is its client's, and so may be a key or an address. */
  #track({ tracked, clientSide }: OpenTry, failed: FailedTry): void {
    if (this.#options.call.upload?.fault) tracked.stopped()
    else tracked.failed(failed, clientSide)
  }

  /** The client gets what the last try said. */
  #deliver(failed: FailedTry): void {
    this.#state = ENDED
    failed.deliver()
  }

  #tell(tried: Try, { failure, words }: FailedTry, next: Try | undefined): void {
    const { events } = this.#options.gateway
    // Finding out what an upstream quotes of a long request takes time: only where the words are heard.
    const message = events && events.listenerCount('call:try-failed') > 0 ? words?.() : undefined
    events?.tell('call:try-failed', {
      callId: this.#options.context.callId,
      ...toldOf(tried),
      ...failureTold(failure),
      ...(message !== undefined && { message }),
      ...(next && { next: { ...toldOf(next), afterMs: next.afterMs } }),
    })
  }

  #clientLeft(): void {
    const state = this.#state
    switch (state.kind) {
      case 'choosing':
        this.#leaveBetweenTries()
        break
      case 'waiting':
        clearTimeout(state.timer)
        this.#leaveBetweenTries()
        break
      case 'trying':
        this.#leaveTry(state.open)
    }
  }

  /** What the last try said is not how the call ended: the client did not wait for the next. */
  #leaveBetweenTries(): void {
    this.#state = ENDED
    this.#observer?.reset()
  }

  #leaveTry(open: OpenTry): void {
    const { gateway, call, context } = this.#options
    const { deployment } = context
    // An upload that is not complete gets no answer.
    const isAsked = !open.exchange.waiting && call.upload?.complete !== false
    const options = deployment && isAsked && drainOf(gateway.calls.clientAbort, call, deployment, context.isShared?.())
    if (!this.#observer || !options) {
      this.#stop(open)
      return
    }
    const draining = drain(this.#observer, options, () => this.#stop(open))
    this.#state = { kind: 'draining', open, drain: draining }
    open.answer.drain = draining
    open.exchange.resume()
  }

  /** The upstream says nothing more: how its try ended is said here, unless its answer was there to its end. */
  #stop(open: OpenTry): void {
    const stopping: CallState = { kind: 'draining', open }
    this.#state = stopping
    open.exchange.abort()
    if (this.#state !== stopping) return
    this.#state = ENDED
    open.tracked.stopped()
  }

  #end(state: CallState & { readonly open: OpenTry }): void {
    this.#state = ENDED
    if (state.kind === 'draining') state.drain?.end()
  }
}

function toldOf({
  try: deployment,
  group: modelGroup,
}: Try): Pick<FailedTryTold, 'deploymentId' | 'modelGroup' | 'model' | 'host'> {
  const { id: deploymentId, model, host } = askedOf(deployment)
  return { deploymentId, modelGroup, model, host }
}
