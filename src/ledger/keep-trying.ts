import { Pause } from '../batch/pause.ts'

export interface Trying {
  /** Resolves when the first attempt has ended: with `undefined` when it succeeded, else with its error. */
  readonly first: Promise<unknown>
  stop(): void
}

/** Makes an attempt, and after one that failed the next, until one succeeds. */
export function keepTrying(attempt: () => Promise<void>, pauseMs: number): Trying {
  const pause = new Pause()
  let stopped = false
  const first = attempt().then(
    () => undefined,
    (error: unknown) => {
      void again()
      return error
    },
  )
  return {
    first,
    stop() {
      stopped = true
      pause.end()
    },
  }

  async function again(): Promise<void> {
    for (let failed = true; failed && !stopped; ) {
      await pause.take(pauseMs, false)
      if (stopped) return
      failed = await attempt().then(
        () => false,
        () => true,
      )
    }
  }
}
