import type { Surroundings } from './program.ts'

/** Aborted when the process is asked to stop. */
export function stopSignal({ stopRequested }: Pick<Surroundings, 'stopRequested'>): AbortSignal {
  const stop = new AbortController()
  void stopRequested.then(() => stop.abort())
  return stop.signal
}
