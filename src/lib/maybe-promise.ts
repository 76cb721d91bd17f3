/** What is known in this turn, or will be. */
export type MaybePromise<T> = T | Promise<T>

/**
 * Goes on with `value` in this turn where it is known, else when it is. Most calls wait for nothing but the network: to
 * put each of their steps into a turn of its own would cost more than the steps.
 */
export function whenKnown<T, R>(value: MaybePromise<T>, goOn: (value: T) => MaybePromise<R>): MaybePromise<R> {
  return value instanceof Promise ? value.then(goOn) : goOn(value)
}
