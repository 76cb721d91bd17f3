/** The time, by a clock that is never set back: two dates of it are in the order of what happened. */
export function monotonicDate(): Date {
  return new Date(performance.timeOrigin + performance.now())
}
