/** What is known in this turn, or will be. */
export type MaybePromise<T> = T | Promise<T>

/**
 * Goes on with `value` in this turn where it is known, else when it is. Most calls wait for nothing but the network: to
 * put each of their steps into a turn of its own would cost more than the steps.
 */
export function whenKnown<T, R>(value: MaybePromise<T>, goOn: (value: T) => MaybePromise<R>): MaybePromise<R> {
  return value instanceof Promise ? value.then(goOn) : goOn(value)
}

/** Keeps `work` among the `open` ones while it goes on. */
export function untilDone<T>(open: Set<Promise<unknown>>, work: Promise<T>): Promise<T> {
  open.add(work)
  const done = () => void open.delete(work)
  // A rejection without a handler would end the process.
  work.then(done, done)
  return work
}
