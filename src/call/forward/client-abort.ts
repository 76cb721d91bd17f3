import { factsOf } from '../../models/providers/providers.ts'
import type { Call, ClientAbortOptions, Deployment } from '../../types.ts'
import type { ResponseObserver } from '../answer/response-observer.ts'

/**
 * How to read the answer of a departed client to its end, for its true usage, or `undefined` where its upstream is to be
 * stopped. `auto` reads on where stopping would save nothing: an answer that is not streamed is computed and billed as a
 * whole, and some providers never stop. An answer that others wait for is read on too.
 */
export function drainOf(
  usual: ClientAbortOptions,
  call: Call,
  deployment: Deployment,
  isShared = false,
): ClientAbortOptions | undefined {
  const options = { ...usual, ...deployment.onClientAbort }
  const { mode } = options
  if (isShared) return options
  const drains = mode === 'auto' ? !call.stream || factsOf(deployment.provider).billsAfterCancel : mode === 'drain'
  return drains ? options : undefined
}

/** An answer that is read to its end although its client has left. */
export interface Drain {
  /** More of it has been read. */
  read(bytes: number): void
  /** It has ended. */
  end(): void
  /** Its upstream is stopped before the bounds are reached. */
  giveUp(): void
}

/** Lets the outcome of the call wait for its answer, within the bounds of `options`; beyond them `stop` is called. */
export function drain(observer: ResponseObserver, options: ClientAbortOptions, stop: () => void): Drain {
  const { promise, resolve } = Promise.withResolvers<void>()
  const deadline = setTimeout(giveUp, options.drainMs).unref()
  let left = options.drainBytes
  observer.holdUntil(promise)
  return {
    read(bytes) {
      left -= bytes
      if (left < 0) giveUp()
    },
    end,
    giveUp,
  }

  function giveUp(): void {
    stop()
    end()
  }

  function end(): void {
    clearTimeout(deadline)
    resolve()
  }
}
