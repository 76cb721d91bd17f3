export interface RetryOptions {
  /** How often one batch is repeated as it is before the writer regroups and rests. */
  readonly retryAttempts: number
  /** Pause before the first repetition; each further one is twice as long. */
  readonly retryDelayMs: number
}

const MAX_DELAY_MS = 30_000
const MAX_DOUBLINGS = 30

/**
 * Milliseconds to wait after the `failures`-th failure in a row: exponential, never more than 30 s, with jitter so that
 * several processes do not come back in step. `random` is in [0, 1).
 */
export function backoffMs(failures: number, { retryDelayMs }: Pick<RetryOptions, 'retryDelayMs'>, random: number) {
  const delayMs = Math.min(retryDelayMs * 2 ** Math.min(failures - 1, MAX_DOUBLINGS), MAX_DELAY_MS)
  return delayMs * (0.5 + random / 2)
}

/** A wait that can be ended early. One at a time. */
export class Pause {
  #end: (() => void) | undefined

  /** Resolves after `ms`, or at `end()`. Keeps the process alive meanwhile only when `held`. */
  async take(ms: number, held: boolean): Promise<void> {
    await new Promise<void>((resolve) => {
      const timer = setTimeout(resolve, ms)
      if (!held) timer.unref()
      this.#end = () => {
        clearTimeout(timer)
        resolve()
      }
    })
    this.#end = undefined
  }

  end(): void {
    this.#end?.()
  }
}
