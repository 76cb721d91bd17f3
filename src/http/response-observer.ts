import type { IncomingMessage, ServerResponse } from 'node:http'
import type { RequestContext } from '../context.ts'
import type { GatewayEvents } from '../events.ts'
import type { Outcome, OutcomeError } from '../types.ts'
import { anyShape } from '../usage/any-shape.ts'
import { isSettled, type SettledUsage, settleUsage } from '../usage/estimate.ts'
import { fetched } from '../usage/fetched.ts'
import { createMeter, type Meter, type MeterEnd } from '../usage/meter.ts'
import type { UsageReader } from '../usage/reader.ts'
import { readerOfShape } from '../usage/readers.ts'
import type { Reading } from '../usage/reading.ts'
import { outcomeErrorOf } from './outcome-error.ts'
import { headOf, type ResponseHead } from './response-head.ts'
import { tapResponse } from './tap-response.ts'
import { uploadedFile } from './uploaded-file.ts'

export interface ObserverOptions {
  readonly readers: readonly UsageReader[]
  readonly maxBodyBytes: number
  readonly events: GatewayEvents
}

/** Puts a call on record. What it returns is waited for before the response ends. */
export type Recorder = (outcome: Outcome) => Promise<void> | void

const NOTHING: Reading = { source: 'none', complete: false }

/**
 * Follows one response to its end and works out how the call ended. It reads what is written to `res`, whoever writes
 * it; a transport that has the upstream's own bytes may hand those over instead (`open`, `push`, `finish`).
 */
export class ResponseObserver {
  /** Settles when the response is closed or its call is on record, never rejects. */
  readonly outcome: Promise<Outcome>
  readonly #context: RequestContext
  readonly #options: ObserverOptions
  readonly #res: ServerResponse
  #settle!: (outcome: Outcome) => void
  #recorder: Recorder | undefined
  #concluded: Promise<void> | undefined
  #meter: Meter | undefined
  #end: MeterEnd | undefined
  #fed = false
  #held: Promise<void> | undefined
  #firstByteAt: Date | undefined
  #endedAt: Date | undefined
  #statusCode: number | undefined
  #error: OutcomeError | undefined

  constructor(context: RequestContext, res: ServerResponse, options: ObserverOptions) {
    this.#context = context
    this.#options = options
    this.#res = res
    this.outcome = new Promise((resolve) => {
      this.#settle = resolve
    })
    options.events.tell('call:begin', { callId: context.callId })
    tapResponse(res, {
      onBytes: (bytes) => this.#see(bytes),
      beforeEnd: () => this.#beforeEnd(),
      onClose: (finished) => void this.#close(finished),
      onFault: (error) => options.events.tell('fault', { error, where: 'response observer' }),
    })
  }

  /**
   * `recorder` is given the outcome before the last byte of the response leaves, and what it returns is waited for. An
   * aborted call is recorded as soon as the abort is seen.
   */
  recordBeforeEnd(recorder: Recorder): void {
    this.#recorder = recorder
  }

  /** From now on the caller hands over the upstream's bytes; what is written to the response is not read any more. */
  open(head: ResponseHead): void {
    this.#fed = true
    this.#begin(head)
  }

  /** The bytes to relay for these. Normally the same. */
  push(bytes: Buffer): Buffer | readonly Buffer[] | undefined {
    this.#firstByteAt ??= new Date()
    return this.#meter ? this.#meter.push(bytes) : bytes
  }

  /** No more bytes will be handed over: what is still to be relayed, and what was read. */
  finish(): MeterEnd {
    this.#endedAt ??= new Date()
    this.#end ??= this.#meter?.end() ?? { reading: Promise.resolve(NOTHING) }
    return this.#end
  }

  /** The answer as it reported itself; `undefined` while its tokens have yet to be counted. */
  async reported(): Promise<Pick<Outcome, 'usage' | 'responseModel' | 'startedAt' | 'endedAt'> | undefined> {
    const reading = await this.finish().reading
    if (!isSettled(reading)) return undefined
    const { usage, model } = reading
    return { usage, responseModel: model, startedAt: this.#context.startedAt, endedAt: this.#endedAt! }
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
    this.#endedAt = undefined
    this.#statusCode = undefined
    this.#error = undefined
  }

  #begin({ statusCode, ...head }: ResponseHead): void {
    this.#statusCode = statusCode
    const { call } = this.#context
    if (!call) return
    const reader = readerOfShape(this.#options.readers, call.shape)
    const maxBytes = this.#options.maxBodyBytes
    // A refusal is not billed by what was asked for.
    const asked = statusCode < 400 && { request: call.json, file: uploadedFile(call) }
    this.#meter = createMeter({ reader, ...head, ...asked, maxBytes })
  }

  #beforeEnd(): Promise<void> | undefined {
    if (!this.#recorder) return undefined
    this.#concluded ??= this.#conclude(true, this.#recorder)
    return this.#concluded
  }

  #see(bytes: Buffer): void {
    if (this.#fed) return
    if (this.#statusCode === undefined) this.#begin(headOf(this.#res))
    this.push(bytes)
  }

  async #close(finished: boolean): Promise<void> {
    // Others hear of the close in the same turn, and one of them may ask to wait.
    await Promise.resolve()
    await this.#held
    this.#concluded ??= this.#conclude(finished, this.#recorder)
    await this.#concluded
  }

  async #conclude(finished: boolean, recorder: Recorder | undefined): Promise<void> {
    const outcome = await this.#outcomeOf(await this.finish().reading, finished)
    try {
      await recorder?.(outcome)
    } catch (error) {
      this.#options.events.tell('fault', { error, where: 'recorder' })
    }
    this.#options.events.tell('call:end', { callId: this.#context.callId, outcome })
    this.#settle(outcome)
  }

  /** Where no model is known to have answered, nothing is estimated. */
  async #usageOf(reading: Reading): Promise<SettledUsage> {
    const { call } = this.#context
    const isModels = call?.shape !== anyShape.shape && call?.shape !== fetched.shape
    return isModels ? settleUsage(reading, call?.json) : { usage: reading.usage, usageSource: reading.source }
  }

  async #outcomeOf(reading: Reading, finished: boolean): Promise<Outcome> {
    const { startedAt, call } = this.#context
    // Many clients close the socket as soon as they have read the end marker: that is a success.
    const aborted = !finished && !reading.complete && this.#error === undefined
    const statusCode = aborted ? 499 : (this.#statusCode ?? this.#res.statusCode)
    const error = this.#error ?? outcomeErrorOf(statusCode, reading.error)
    if (reading.fault !== undefined)
      this.#options.events.tell('fault', { error: reading.fault, where: `reader of ${call?.shape}` })
    return {
      status: error ? 'failure' : 'success',
      statusCode: error && statusCode < 400 ? Number(error.code) || 500 : statusCode,
      ...(await this.#usageOf(reading)),
      responseId: reading.responseId,
      responseModel: reading.model,
      responseProvider: reading.provider,
      startedAt,
      firstByteAt: this.#firstByteAt,
      endedAt: this.#endedAt!,
      aborted,
      error,
    }
  }
}

// On the request itself: entries of a WeakMap that live as long as a request make every garbage collection slower.
const OBSERVER = Symbol('express-litellm.observer')
type Observed = IncomingMessage & { [OBSERVER]?: ResponseObserver }

/** The observer of this request, installed on first use. Its outcome is on the context. */
export function observe(
  req: IncomingMessage,
  res: ServerResponse,
  context: RequestContext,
  options: ObserverOptions,
): ResponseObserver {
  const found = observerOf(req)
  if (found) return found
  const observer = new ResponseObserver(context, res, options)
  Object.defineProperty(req, OBSERVER, { value: observer })
  context.outcome = observer.outcome
  return observer
}

/** The observer of this request, if usage or spend of it is being recorded. */
export function observerOf(req: IncomingMessage): ResponseObserver | undefined {
  return (req as Observed)[OBSERVER]
}
