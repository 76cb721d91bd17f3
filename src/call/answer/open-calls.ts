import type { RequestContext } from '../request/context.ts'

/** One call that has begun and is not on record yet. */
export interface OpenCall {
  readonly callId: string
  /** What is known of its request by now. */
  readonly context?: Pick<RequestContext, 'startedAt' | 'key' | 'call' | 'deployment'>
  /** Its answer has ended, and something of it is still counted or recorded. */
  readonly settling?: Promise<void> | undefined
  /** The answer closes its connection, unless its head has left. */
  lastOfConnection(): void
  /** Sends no more to the client. The upstream is stopped, or read on as `onClientAbort` says. */
  cut(): void
  /** Stops what is still read from the upstream, and settles the call by what was metered. */
  stop(): void
}

/**
 * The calls of one gateway that are under way, and whether more may come:
 *
 * | state       | readiness | new calls | when                                          |
 * | ----------- | --------- | --------- | --------------------------------------------- |
 * | `open`      | 200       | taken     | from the start                                |
 * | `announced` | 503       | taken     | after `announceShutdown()`                    |
 * | `closed`    | 503       | refused   | after the grace period, or when none was left |
 */
export class OpenCalls {
  readonly #calls = new Set<OpenCall>()
  #state: 'open' | 'announced' | 'closed' = 'open'
  readonly #ending = new AbortController()
  #waiting: (() => void)[] = []

  get size(): number {
    return this.#calls.size
  }

  get isEnding(): boolean {
    return this.#state !== 'open'
  }

  /** Aborted when the end is announced: what is no call and would never end by itself ends then. */
  get ending(): AbortSignal {
    return this.#ending.signal
  }

  get isClosed(): boolean {
    return this.#state === 'closed'
  }

  add(call: OpenCall): void {
    this.#calls.add(call)
    if (this.isEnding) call.lastOfConnection()
  }

  remove(call: OpenCall): void {
    this.#calls.delete(call)
    if (this.#calls.size === 0) for (const wake of this.#waiting.splice(0)) wake()
  }

  /** Resolves when no call is under way. */
  whenNone(): Promise<void> {
    return this.#calls.size === 0 ? Promise.resolve() : new Promise((resolve) => this.#waiting.push(resolve))
  }

  /** Resolves when all calls that have ended until now are on record. */
  async whenSettled(): Promise<void> {
    await Promise.all([...this.#calls].map(({ settling }) => settling))
  }

  announceShutdown(): void {
    if (this.isEnding) return
    this.#state = 'announced'
    this.#ending.abort()
    for (const call of this.#calls) call.lastOfConnection()
  }

  /** Takes no more calls, and cuts those that are under way. Returns their ids. */
  cut(): readonly string[] {
    this.#state = 'closed'
    this.#ending.abort()
    const calls = [...this.#calls]
    for (const call of calls) call.cut()
    return calls.map(({ callId }) => callId)
  }

  stop(): void {
    for (const call of this.#calls) call.stop()
  }

  /** The calls that are under way. */
  list(): readonly OpenCall[] {
    return [...this.#calls]
  }

  /** Their ids. */
  ids(): readonly string[] {
    return [...this.#calls].map(({ callId }) => callId)
  }
}
