import { type TimeZone, ZonedDate, zoneOf } from './time-zone.ts'

/*
 * LiteLLM's budget durations: "30s", "10m", "2h", "1d", "1w", "1mo", and "weekly" and the like. Days and months are those
 * of UTC, or of the zone of a ZonedDate.
 */

const SECOND = 1000
const MINUTE = 60 * SECOND
const HOUR = 60 * MINUTE
const DAY = 24 * HOUR
const UNIT_MS = { s: SECOND, m: MINUTE, h: HOUR, d: DAY, w: 7 * DAY } as const

const WORDS: Readonly<Record<string, string>> = { hourly: '1h', daily: '24h', weekly: '7d', monthly: '30d' }

const MONDAY = 1

const FIRST_MS = Date.parse('0001-01-01T00:00:00Z')
const LAST_MS = Date.parse('9999-12-31T00:00:00Z')

type Unit = keyof typeof UNIT_MS | 'mo'

interface Duration<U extends Unit = Unit> {
  readonly count: number
  readonly unit: U
}

/** Like LiteLLM's own parser, not anchored at the end: "1hr" is an hour. More digits lead to no date. */
function parse(duration: string): Duration | undefined {
  const text = WORDS[duration.trim().toLowerCase()] ?? duration
  const [, count = '', unit = ''] = /^(\d{1,6})(mo|[smhdw])/.exec(text) ?? []
  return isUnit(unit) && Number(count) > 0 ? { count: Number(count), unit } : undefined
}

function isUnit(text: string): text is Unit {
  return text === 'mo' || Object.hasOwn(UNIT_MS, text)
}

/** The end of a duration that begins now, to the millisecond; a month ends on the same day, or the last, of the next. */
export function durationEnd(duration: string, now: Date): Date | undefined {
  const parsed = parse(duration)
  if (!parsed) return undefined
  const { count, unit } = parsed
  return writable(unit === 'mo' ? addMonths(now, count) : new Date(now.getTime() + count * UNIT_MS[unit]))
}

/** The begin of the duration that ends then. */
export function durationStart(duration: string, end: Date): Date | undefined {
  const parsed = parse(duration)
  if (!parsed) return undefined
  if (isExact(parsed)) return writable(new Date(end.getTime() - parsed.count * UNIT_MS[parsed.unit]))
  const zone = zoneOf(end)
  return writable(zone.toMoment(startOf(parsed, zone.toLocal(end)), new Date(FIRST_MS)))
}

function startOf({ count, unit }: Duration, end: Date): Date {
  if (unit === 'mo') return addMonths(end, -count)
  // A budget of 30 days is one of a month: both are reset on the first.
  if (isMonthly({ count, unit }) && end.getUTCDate() === 1) return addMonths(end, -1)
  return new Date(end.getTime() - count * UNIT_MS[unit])
}

/**
 * When LiteLLM resets a budget of this duration: days at midnight, 7 days on Monday, 30 days and months on the first, all
 * of them at another time or weekday where the zone says so; hours and less at the next multiple counted from midnight.
 * What it cannot read is reset at the next midnight.
 */
export function nextReset(duration: string, now: Date): Date {
  const zone = zoneOf(now)
  return writable(zone.toMoment(nextLocal(parse(duration), zone.toLocal(now), zone), now))
}

/** `since` is not there for a duration that cannot be read. */
export interface OpenWindow {
  readonly since: Date | undefined
  readonly endsAt: Date
}

/**
 * The window of a budget that holds `now`. Its row's own time of reset ends it while that lies ahead; one that is overdue
 * does not keep the window open.
 */
export function openWindow(duration: string, now: ZonedDate, resetAt?: Date): OpenWindow {
  const endsAt = resetAt && resetAt > now ? resetAt : nextReset(duration, now)
  return { since: durationStart(duration, new ZonedDate(endsAt, now.zone)), endsAt }
}

function nextLocal(parsed: Duration | undefined, now: Date, zone: TimeZone): Date {
  const midnight = midnightOf(now)
  if (!parsed) return addDays(midnight, 1)
  if (!isExact(parsed)) return nextDay(parsed, now, zone)
  const step = parsed.count * UNIT_MS[parsed.unit]
  const passed = now.getTime() - midnight.getTime()
  return new Date(midnight.getTime() + (Math.floor(passed / step) + 1) * step)
}

/** Until its time of reset has come, a day counts as the one before, but where days are counted from today. */
function nextDay(parsed: Duration, now: Date, { resetsAtMs = 0, weekBeginsOn = MONDAY }: TimeZone): Date {
  const today = midnightOf(new Date(now.getTime() - resetsAtMs))
  return writable(new Date(dayOf(parsed).getTime() + resetsAtMs))

  function dayOf({ count, unit }: Duration): Date {
    if (unit === 'mo') return addMonths(firstOfMonth(today), count)
    const days = unit === 'w' ? 7 * count : count
    if (days === 1) return addDays(today, 1)
    if (days === 7) return addDays(today, (weekBeginsOn - today.getUTCDay() + 7) % 7 || 7)
    return days === 30 ? addMonths(firstOfMonth(today), 1) : addDays(midnightOf(now), days)
  }
}

/** Hours and less are as long on days when clocks change. */
function isExact(duration: Duration): duration is Duration<'s' | 'm' | 'h'> {
  const { unit } = duration
  return unit === 's' || unit === 'm' || unit === 'h'
}

/** What lies beyond the years that databases read in a text is at their end. */
function writable(date: Date): Date {
  return new Date(Math.min(Math.max(date.getTime(), FIRST_MS), LAST_MS))
}

function isMonthly({ count, unit }: Duration): boolean {
  return unit === 'd' && count === 30
}

function midnightOf(date: Date): Date {
  return new Date(Date.UTC(date.getUTCFullYear(), date.getUTCMonth(), date.getUTCDate()))
}

function firstOfMonth(date: Date): Date {
  return new Date(Date.UTC(date.getUTCFullYear(), date.getUTCMonth(), 1))
}

function addDays(date: Date, days: number): Date {
  return new Date(date.getTime() + days * DAY)
}

function addMonths(date: Date, months: number): Date {
  const moved = new Date(date)
  moved.setUTCDate(1)
  moved.setUTCMonth(moved.getUTCMonth() + months)
  const lastDay = new Date(Date.UTC(moved.getUTCFullYear(), moved.getUTCMonth() + 1, 0)).getUTCDate()
  moved.setUTCDate(Math.min(date.getUTCDate(), lastDay))
  return moved
}
