import type { ServerResponse } from 'node:http'
import type { OutcomeError } from '../../types.ts'
import type { RequestContext } from '../request/context.ts'
import type { OpenCall } from './open-calls.ts'
import { errorOf } from './outcome-of.ts'

const CUT = errorOf(503, 'The gateway shut down before the answer was complete.')

/** The response of a call that is under way, as the end of the gateway deals with it. */
export class OpenResponse implements OpenCall {
  readonly context: RequestContext
  readonly #res: ServerResponse
  readonly #conclude: () => void
  #sender: Pick<OpenCall, 'cut' | 'stop'> | undefined
  #isCut = false
  /** It is known how the call ended. */
  isConcluded = false
  settling: Promise<void> | undefined

  /** `conclude` settles the call by what was metered, although its response is not closed. */
  constructor(context: RequestContext, res: ServerResponse, conclude: () => void) {
    this.context = context
    this.#res = res
    this.#conclude = conclude
  }

  get callId(): string {
    return this.context.callId
  }

  get isCut(): boolean {
    return this.#isCut
  }

  /** Why the call failed, when it was cut. */
  get error(): OutcomeError | undefined {
    return this.#isCut ? CUT : undefined
  }

  /** `sender` knows better than to destroy the response. */
  cutBy(sender: Pick<OpenCall, 'cut' | 'stop'>): void {
    this.#sender = sender
  }

  lastOfConnection(): void {
    if (!this.#res.headersSent) this.#res.shouldKeepAlive = false
  }

  cut(): void {
    // What its client has left is the client's doing, and its upstream may still be read.
    if (this.isConcluded || this.#res.destroyed) return
    this.#isCut = true
    if (this.#sender) this.#sender.cut()
    else this.#res.destroy()
  }

  stop(): void {
    this.#sender?.stop()
    this.#conclude()
  }
}
