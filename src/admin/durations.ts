import { durationEnd } from '../auth/budget-duration.ts'

/** No time at all is a duration, too: a key may expire at once. */
const NOTHING = /^0{1,6}(mo|[smhdw])/

/** `now` and this much. `undefined` for what is no duration. A month ends on its last day when the day is missing. */
export function addDuration(now: Date, text: string): Date | undefined {
  return NOTHING.test(text) ? now : durationEnd(text, now)
}

/** Seconds of a duration, counted from `now` where it is in months. */
export function secondsOf(text: string, now: Date): number | undefined {
  const end = addDuration(now, text)
  return end && (end.getTime() - now.getTime()) / 1_000
}
