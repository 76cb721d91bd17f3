const UNIT_S = { s: 1, m: 60, h: 3_600, d: 86_400, w: 604_800 } as const
const DAY_MS = 86_400_000

interface Duration {
  readonly count: number
  readonly unit: keyof typeof UNIT_S | 'mo'
}

/** LiteLLM's text of a duration. Like its own parser it does not look at what follows the unit: "1hr" is an hour. */
export function parseDuration(text: string): Duration | undefined {
  const match = /^(\d{1,6})(mo|[smhdw])/.exec(text)
  return match ? { count: Number(match[1]), unit: match[2] as Duration['unit'] } : undefined
}

/** `now` and this much. `undefined` for what is no duration. A month ends on its last day when the day is missing. */
export function addDuration(now: Date, text: string): Date | undefined {
  const duration = parseDuration(text)
  if (!duration) return undefined
  const { count, unit } = duration
  if (unit !== 'mo') return new Date(now.getTime() + count * UNIT_S[unit] * 1_000)
  const first = new Date(now)
  first.setUTCDate(1)
  first.setUTCMonth(first.getUTCMonth() + count)
  const lastDay = new Date(Date.UTC(first.getUTCFullYear(), first.getUTCMonth() + 1, 0)).getUTCDate()
  first.setUTCDate(Math.min(now.getUTCDate(), lastDay))
  return first
}

/** Seconds of a duration, counted from `now` where it is in months. */
export function secondsOf(text: string, now: Date): number | undefined {
  const end = addDuration(now, text)
  return end && (end.getTime() - now.getTime()) / 1_000
}

/**
 * When a budget of this duration starts anew: LiteLLM aligns it to the calendar, in UTC. A day ends at midnight, `7d`
 * on Monday, `30d` and `1mo` on the first of the month; parts of a day at multiples counted from midnight. What is no
 * duration, or is in weeks, ends at midnight.
 */
export function budgetResetAt(now: Date, text: string): Date {
  const midnight = Date.UTC(now.getUTCFullYear(), now.getUTCMonth(), now.getUTCDate())
  const { count, unit } = parseDuration(text) ?? { count: 1, unit: 'd' }
  if (count === 0 || unit === 'w') return new Date(midnight + DAY_MS)
  if (unit === 'mo') return firstOfMonth(now, count)
  if (unit !== 'd') {
    const stepMs = count * UNIT_S[unit] * 1_000
    return new Date(midnight + (Math.floor((now.getTime() - midnight) / stepMs) + 1) * stepMs)
  }
  if (count === 7) return new Date(midnight + ((8 - now.getUTCDay()) % 7 || 7) * DAY_MS)
  if (count === 30) return firstOfMonth(now, 1)
  return new Date(midnight + count * DAY_MS)
}

function firstOfMonth(now: Date, months: number): Date {
  return new Date(Date.UTC(now.getUTCFullYear(), now.getUTCMonth() + months, 1))
}
