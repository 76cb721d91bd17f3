import type { ServerResponse } from 'node:http'
import type { GatewayEvents } from '../../events.ts'
import { type MaybePromise, whenKnown } from '../../lib/maybe-promise.ts'
import type { Json, Outcome, OutcomeError, VirtualKey } from '../../types.ts'
import { createMeter, type Meter, type MeterEnd } from '../../usage/meter/meter.ts'
import type { Reading } from '../../usage/meter/reading.ts'
import type { UsageReader } from '../../usage/shapes/reader.ts'
import { readerOfShape } from '../../usage/shapes/readers.ts'
import { isSettled, type SettledUsage } from '../../usage/tokens/estimate.ts'
import { endedCallOf, type RequestContext } from '../request/context.ts'
import { targetPath } from '../request/request-facts.ts'
import { headOf, type ResponseHead, requestIdIn } from './answer.ts'
import type { OpenCalls } from './open-calls.ts'
import { OpenResponse } from './open-response.ts'
import { outcomeOf, settledUsageOf } from './outcome-of.ts'
import { tapResponse } from './tap-response.ts'

export interface ObserverOptions {
  readonly readers: readonly UsageReader[]
  readonly maxBodyBytes: number
  readonly events: GatewayEvents
  /** Whether readings of this key's calls have the answer itself, too. */
  keepsAnswerOf?(key: VirtualKey | undefined): boolean
  /** Knows of the call until it is on record. */
  readonly openCalls?: OpenCalls
}

export type Recorder = (outcome: Outcome) => Promise<void> | void

const REMAINING = ['x-ratelimit-remaining-requests', 'x-ratelimit-remaining-tokens'] as const

/** What is left of the provider's rate limits, under LiteLLM's names. */
function remainingIn(headers: ResponseHead['headers']): Readonly<Record<string, string>> | undefined {
  const told = REMAINING.filter((name) => headers[name] !== undefined)
  if (told.length === 0) return undefined
  return Object.fromEntries(told.map((name) => [`llm_provider-${name}`, String(headers[name])]))
}

const NOTHING: Reading = { source: 'none', complete: false }

/**
 * Follows one response to its end and works out how the call ended. It reads what is written to `res`, whichever handler writes
 * it; a transport that has the upstream's own bytes may hand those over instead (`open`, `push`, `finish`).
 */
export class ResponseObserver {
  /** Settles when the response is closed or its call is on record, never rejects. */
  readonly outcome: Promise<Outcome>
  readonly openCall: OpenResponse
  readonly #context: RequestContext
  readonly #options: ObserverOptions
  readonly #res: ServerResponse
  #settle!: (outcome: Outcome) => void
  #recorder: Recorder | undefined
  #recordsBeforeEnd = false
  #concluded: { readonly done: MaybePromise<void> } | undefined
  #meter: Meter | undefined
  #end: (MeterEnd & { readonly at: Date }) | undefined
  #fed = false
  #listener: ((document: Json) => void) | undefined
  #held: Promise<void> | undefined
  #firstByteAt: Date | undefined

  #statusCode: number | undefined
  #providerRequestId: string | undefined
  #error: OutcomeError | undefined

  constructor(context: RequestContext, res: ServerResponse, options: ObserverOptions) {
    this.#context = context
    this.#options = options
    this.#res = res
    this.outcome = new Promise((resolve) => {
      this.#settle = resolve
    })
    this.openCall = new OpenResponse(context, res, () => void this.#conclude(false))
    options.openCalls?.add(this.openCall)
    options.events.tell('call:begin', { callId: context.callId })
    tapResponse(res, {
      wantsBytes: () => !this.#fed && !this.openCall.isCut,
      onBytes: (bytes) => this.#see(bytes),
      beforeEnd: () => this.#beforeEnd(),
      onClose: (finished) => this.#close(finished),
      onFault: (error) => options.events.tell('fault', { error, where: 'response observer' }),
    })
  }

  /**
   * `recorder` is given the outcome when the response is closed; with `beforeEnd` before its last byte leaves, which
   * then waits for what `recorder` returns. An aborted call is recorded as soon as the abort is seen.
   */
  recordBy(recorder: Recorder, { beforeEnd = false } = {}): void {
    this.#recorder = recorder
    this.#recordsBeforeEnd = beforeEnd
  }

  /** `listener` hears of each document of the answer that is parsed, before the client has it. */
  listen(listener: (document: Json) => void): void {
    this.#listener = listener
  }

  /** From now on the caller hands over the upstream's bytes; what is written to the response is not read any more. */
  open(head: ResponseHead): void {
    this.#fed = true
    this.#providerRequestId = head.statusCode < 300 ? undefined : requestIdIn(head.headers)
    this.#context.remaining = remainingIn(head.headers)
    this.#begin(head)
  }

  /** The bytes to relay for these. Normally the same. */
  push(bytes: Buffer): Buffer | readonly Buffer[] | undefined {
    if (this.#end) return bytes
    this.#firstByteAt ??= new Date()
    if (!this.#meter) return bytes
    const relayed = this.#meter.push(bytes)
    this.#context.progress?.(this.#meter.outputTokens())
    return relayed
  }

  /** No more bytes will be handed over: what is still to be relayed, and what was read. */
  finish(): MeterEnd & { readonly at: Date } {
    this.#end ??= { at: new Date(), ...(this.#meter?.end() ?? { reading: NOTHING }) }
    return this.#end
  }

  /** The answer as it reported itself; `undefined` while its tokens have yet to be counted. */
  reported(): MaybePromise<Pick<Outcome, 'usage' | 'responseModel' | 'startedAt' | 'endedAt'> | undefined> {
    const { reading: known, at: endedAt } = this.finish()
    return whenKnown(known, (reading) => {
      if (!isSettled(reading)) return undefined
      const { usage, model } = reading
      return { usage, responseModel: model, startedAt: this.#context.startedAt, endedAt }
    })
  }

  /** The client may be gone, but the upstream is still read: the outcome waits for that. */
  holdUntil(done: Promise<void>): void {
    this.#held = done
  }

  /** Why the call failed, when the bytes of the response do not say it. */
  fail(error: OutcomeError): void {
    this.#error ??= error
  }

  /** The answer that was handed over so far is not the one the client gets: it is forgotten. */
  reset(): void {
    this.#fed = false
    this.#meter = undefined
    this.#end = undefined
    this.#firstByteAt = undefined

    this.#statusCode = undefined
    this.#providerRequestId = undefined
    this.#error = undefined
  }

  #begin({ statusCode, ...head }: ResponseHead): void {
    this.#statusCode = statusCode
    const { call, key } = this.#context
    if (!call) return
    const reader = readerOfShape(this.#options.readers, call.shape)
    const { maxBodyBytes: maxBytes } = this.#options
    const keepAnswers = this.#options.keepsAnswerOf?.(key)
    // A refusal is not billed by what was asked for.
    const asked = statusCode < 300 && { request: call.json, file: call.form?.file }
    this.#meter = createMeter({ reader, ...head, ...asked, maxBytes, keepAnswers, onDocument: this.#listener })
  }

  #beforeEnd(): Promise<void> | undefined {
    // The answer to a call that is cut is not the end of it: its upstream may still be read.
    if (!this.#recordsBeforeEnd || this.openCall.isCut) return undefined
    const concluded = this.#conclude(true) ?? undefined
    // What a failed call was asked is counted for its row alone: nobody waits for that.
    return this.#status < 300 ? concluded : undefined
  }

  #see(bytes: Buffer): void {
    if (this.#statusCode === undefined) this.#begin(headOf(this.#res))
    this.push(bytes)
  }

  #close(finished: boolean): void {
    // Others hear of the close in the same turn, and one of them may ask to wait.
    queueMicrotask(() => void whenKnown(this.#held, () => this.#conclude(finished)))
  }

  /** Once, for the first that sees the end. The result is what the first one waits for. */
  #conclude(finished: boolean): MaybePromise<void> {
    this.openCall.isConcluded = true
    this.#concluded ??= { done: whenKnown(this.finish().reading, (reading) => this.#settleBy(reading, finished)) }
    if (this.#concluded.done instanceof Promise) this.openCall.settling = this.#concluded.done
    return this.#concluded.done
  }

  #settleBy(reading: Reading, finished: boolean): MaybePromise<void> {
    const whole = finished && !this.openCall.isCut
    const { call, deployment } = this.#context
    const settled = settledUsageOf(call, deployment, reading, this.#status, whole)
    return whenKnown(settled, (usage) => this.#record(this.#outcomeOf(reading, usage, finished)))
  }

  #record(outcome: Outcome): MaybePromise<void> {
    const failed = (error: unknown) => this.#options.events.tell('fault', { error, where: 'recorder' })
    try {
      const recorded = this.#recorder?.(outcome)
      if (recorded instanceof Promise) return recorded.catch(failed).then(() => this.#tell(outcome))
    } catch (error) {
      failed(error)
    }
    this.#tell(outcome)
  }

  #tell(outcome: Outcome): void {
    this.#options.events.tell('call:end', endedCallOf(this.#context, outcome, pathOf(this.#res)))
    this.#settle(outcome)
    this.#options.openCalls?.remove(this.openCall)
  }

  get #status(): number {
    return this.#statusCode ?? this.#res.statusCode
  }

  #outcomeOf(reading: Reading, settled: SettledUsage, finished: boolean): Outcome {
    const { startedAt, call, deployment } = this.#context
    const { fault: error } = reading
    if (error !== undefined) this.#options.events.tell('fault', { error, where: `reader of ${call?.shape}` })
    return outcomeOf({
      call,
      deployment,
      reading,
      settled,
      finished,
      told: this.#error ?? this.openCall.error,
      providerRequestId: this.#providerRequestId,
      statusCode: this.#status,
      startedAt,
      firstByteAt: this.#firstByteAt,
      endedAt: this.finish().at,
    })
  }
}

/** Frameworks take a mount path off `url`, and keep the whole in `originalUrl`. */
function pathOf({ req }: ServerResponse): string {
  const { originalUrl, url = '/' } = req as typeof req & { readonly originalUrl?: string }
  return targetPath(originalUrl ?? url)
}
