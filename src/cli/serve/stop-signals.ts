import { constants } from 'node:os'
import type { Surroundings } from '../postgres/program.ts'

const SIGNALS = ['SIGINT', 'SIGTERM'] as const

export interface StopSignals {
  /** Resolves at the first signal that asks to stop. */
  readonly stopRequested: Promise<void>
  /**
   * Resolves at the second. To ask for it is to promise an end without delay: then only a third signal ends the process
   * at once, else the second does.
   */
  stopAgain(): Promise<void>
}

export function stopSignals(): StopSignals {
  const first = Promise.withResolvers<void>()
  const second = Promise.withResolvers<void>()
  let count = 0
  let isHeeded = false
  for (const name of SIGNALS) {
    process.on(name, () => {
      count++
      if (count > (isHeeded ? 2 : 1)) process.exit(128 + constants.signals[name])
      ;(count === 1 ? first : second).resolve()
    })
  }
  return {
    stopRequested: first.promise,
    stopAgain() {
      isHeeded = true
      return second.promise
    },
  }
}

/** Aborted when the process is asked to stop. */
export function stopSignal({ stopRequested }: Pick<Surroundings, 'stopRequested'>): AbortSignal {
  const stop = new AbortController()
  void stopRequested.then(() => stop.abort())
  return stop.signal
}
