import type { IncomingHttpHeaders } from 'node:http'
import type { Dispatcher } from 'undici'
import type { LiteLLMError } from '../errors.ts'
import { concat } from '../lib/lists.ts'
import { inStep } from '../lib/turn-queue.ts'
import { toUpstreamError } from './upstream-error.ts'

/** Receives one answer. After `onEnd` or `onError` nothing more comes. */
export interface UpstreamReceiver {
  onHead(statusCode: number, headers: IncomingHttpHeaders): void
  /** All that one turn has brought. */
  onData(bytes: Buffer): void
  onEnd(): void
  onError(error: Error): void
}

/** One request under way. */
export interface UpstreamExchange {
  /** It has not left yet: others are before it. */
  readonly waiting: boolean
  /** Headers that this request was let in by, beside those it was given. */
  readonly signature: Readonly<Record<string, string>>
  pause(): void
  resume(): void
  /** Closes the connection at once; the receiver hears nothing more. */
  abort(): void
}

const DONE = Promise.resolve()

/**
 * What undici tells of one request, for its receiver: until it is aborted. The pieces of a body that one read of the
 * socket brings are handed over together at its end: the busier the process, the fewer it has to look at and to write.
 */
export class Exchange implements UpstreamExchange, Dispatcher.DispatchHandler {
  readonly #receiver: UpstreamReceiver
  #controller: Dispatcher.DispatchController | undefined
  waiting = false
  signature: UpstreamExchange['signature'] = {}
  #aborted = false
  #pieces: Buffer[] = []
  #giveBack: (() => void) | undefined
  #toEnd = false
  #ending = false
  readonly #leave: () => void

  /** `leave` is called when the exchange is over, and may be called again. */
  constructor(receiver: UpstreamReceiver, leave = () => {}) {
    this.#receiver = receiver
    this.#leave = leave
  }

  get aborted(): boolean {
    return this.#aborted
  }

  /** `giveBack` is called once, when the answer has ended or, unless `toEnd`, begun. */
  hold(giveBack: () => void, toEnd: boolean): void {
    this.#giveBack = giveBack
    this.#toEnd = toEnd
  }

  #release(): void {
    const giveBack = this.#giveBack
    this.#giveBack = undefined
    giveBack?.()
  }

  #over(): void {
    this.#release()
    this.#leave()
  }

  onRequestStart(controller: Dispatcher.DispatchController): void {
    this.#controller = controller
    if (this.#aborted) this.abort()
  }

  onResponseStart(_: Dispatcher.DispatchController, statusCode: number, headers: IncomingHttpHeaders): void {
    if (statusCode < 200) return
    if (!this.#toEnd) this.#release()
    this.#receiver.onHead(statusCode, headers)
  }

  onResponseData(_: Dispatcher.DispatchController, bytes: Buffer): void {
    if (this.#pieces.push(bytes) === 1) void DONE.then(() => this.#handOver())
  }

  onResponseEnd(): void {
    this.#over()
    this.#ending = true
    inStep('answers', () => this.#end())
  }

  #end(): void {
    if (!this.#ending) return
    this.#ending = false
    try {
      this.#deliver()
      if (!this.#aborted) this.#receiver.onEnd()
    } catch (error) {
      this.#receiver.onError(toUpstreamError(error as Error))
    }
  }

  onResponseError(_: Dispatcher.DispatchController, error: Error): void {
    this.fail(toUpstreamError(error))
  }

  fail(error: LiteLLMError): void {
    this.#over()
    this.#handOver()
    if (!this.#aborted) this.#receiver.onError(error)
  }

  /** Nothing catches it: an exception would end the process. */
  #handOver(): void {
    try {
      this.#deliver()
    } catch (error) {
      this.#controller?.abort(error as Error)
    }
  }

  #deliver(): void {
    if (this.#pieces.length === 0) return
    const bytes = concat(this.#pieces)
    this.#pieces = []
    if (!this.#aborted) this.#receiver.onData(bytes)
  }

  pause(): void {
    this.#controller?.pause()
  }

  resume(): void {
    this.#controller?.resume()
  }

  abort(): void {
    // An answer that is there to its end has its price, even if its client has left.
    this.#end()
    this.#aborted = true
    this.#over()
    this.#controller?.abort(new Error('The client is gone'))
  }
}
