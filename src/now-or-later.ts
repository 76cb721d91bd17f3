/** What is known in this turn, or will be. */
export type NowOrLater<T> = T | Promise<T>

/**
 * Goes on with `value` in this turn where it is known, else when it is. Most calls wait for nothing but the network: to
 * put each of their steps into a turn of its own would cost more than the steps.
 */
export function whenKnown<T, R>(value: NowOrLater<T>, goOn: (value: T) => NowOrLater<R>): NowOrLater<R> {
  return value instanceof Promise ? value.then(goOn) : goOn(value)
}
