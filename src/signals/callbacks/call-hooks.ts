import { LiteLLMError } from '../../errors.ts'
import type { GatewayEvents } from '../../events.ts'
import { withTimeout } from '../../lib/with-timeout.ts'
import type { Json } from '../../types.ts'
import type { CustomLogger, HookedAnswer, HookedCall, PreCallResult } from './custom-logger.ts'

export interface CallHooksOptions {
  /** In the order in which they are asked. Modules are loaded once. */
  readonly loggers: readonly (CustomLogger | (() => Promise<CustomLogger>))[]
  readonly events: GatewayEvents
  /** Default 10000. */
  readonly timeoutMs?: number
}

/** Headers that say how an answer is read: what a hook would make of them could break it. */
const FIXED = /^(content-(length|type|encoding)|transfer-encoding|connection|trailer|upgrade|set-cookie)$/i

/** The hooks of custom loggers on the way of a call. */
export class CallHooks {
  readonly #options: CallHooksOptions
  #loggers: readonly CustomLogger[] | undefined
  #loading: Promise<readonly CustomLogger[]> | undefined

  constructor(options: CallHooksOptions) {
    this.#options = options
    const { loggers } = options
    if (loggers.every((one) => typeof one !== 'function')) this.#loggers = loggers
  }

  /** Rejects when a module cannot be loaded: then no call is made, as its rules are not known. */
  async ready(): Promise<void> {
    if (this.#loggers) return
    const { loggers } = this.#options
    this.#loading ??= Promise.all(loggers.map((one) => (typeof one === 'function' ? one() : one)))
    try {
      this.#loggers = await this.#loading
    } catch (cause) {
      this.#options.events.tell('fault', { error: cause, where: 'preCall' })
      throw new LiteLLMError('hook_failed', { cause })
    }
  }

  /** The body that is to be sent. Rejects with `refused_by_hook` or `hook_failed`. */
  async preCall(body: Json | undefined, call: HookedCall): Promise<Json | undefined> {
    await this.ready()
    let sent = body
    for (const logger of this.#loggers ?? []) {
      if (!logger.preCall) continue
      const { body: changed, refuse, status } = await this.#decide(logger, sent, call)
      if (refuse !== undefined) throw refusal(String(refuse), status)
      if (isBody(changed) && sent !== undefined) sent = changed
    }
    return sent
  }

  get hearsStreams(): boolean {
    return this.#loggers?.some(({ onStreamEvent }) => onStreamEvent) === true
  }

  onStreamEvent(event: Json, call: HookedCall): void {
    for (const logger of this.#loggers ?? []) {
      this.#guard('onStreamEvent', () => logger.onStreamEvent?.(event, call))
    }
  }

  /** Headers to add, those of later loggers over those of earlier ones. */
  postCall(call: HookedCall, answer: HookedAnswer): readonly (readonly [string, string])[] {
    return (this.#loggers ?? []).flatMap((logger) => {
      const added = this.#guard('postCall', () => logger.postCall?.(call, answer))
      if (typeof added !== 'object' || added === null || added instanceof Promise) return []
      return Object.entries(added).filter(([name, value]) => typeof value === 'string' && !FIXED.test(name))
    })
  }

  async #decide(logger: CustomLogger, body: Json | undefined, call: HookedCall): Promise<PreCallResult> {
    const { timeoutMs = 10_000, events } = this.#options
    try {
      const asked = (async () => await logger.preCall?.(body, call))()
      const decided = await withTimeout(timeoutMs, asked, () => {
        throw new Error(`preCall has not decided within ${timeoutMs} ms`)
      })
      return decided ?? {}
    } catch (cause) {
      events.tell('fault', { error: cause, where: 'preCall' })
      throw new LiteLLMError('hook_failed', { cause })
    }
  }

  #guard(where: string, work: () => unknown): unknown {
    const fault = (error: unknown) => this.#options.events.tell('fault', { error, where })
    try {
      const done = work()
      if (done instanceof Promise) done.catch(fault)
      return done
    } catch (error) {
      return fault(error)
    }
  }
}

function isBody(value: unknown): value is Json {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

function refusal(message: string, status = 400): LiteLLMError {
  return new LiteLLMError('refused_by_hook', { message, status: status >= 400 && status < 500 ? status : 400 })
}
