import { isObject } from '../../lib/json.ts'
import type { ModelPrice } from '../../types.ts'
import { rate, type TokenRates } from './price-fields.ts'

/** The prices of an open off-peak window; what it does not price stays as it is. */
export interface OffPeak {
  readonly rates: Partial<TokenRates>
}

const FIELDS = {
  input: 'input_cost_per_token',
  output: 'output_cost_per_token',
  cacheRead: 'cache_read_input_token_cost',
  cacheWrite: 'cache_creation_input_token_cost',
  reasoning: 'output_cost_per_reasoning_token',
} as const satisfies Partial<Record<keyof TokenRates, string>>

/**
 * The off-peak prices at `now`, or `undefined` outside every window. `hours_utc` holds every day, each entry of
 * `windows` on its weekdays, read on the calendar of `weekday_timezone`. A window's start is within it, its end is not;
 * it may wrap past midnight; equal ends are the whole day; malformed ones are ignored.
 */
export function offPeakOf(price: ModelPrice, now: Date): OffPeak | undefined {
  const block: OffPeakBlock | undefined = isObject(price.off_peak_pricing) ? price.off_peak_pricing : undefined
  if (!block || !isOpen(block, now)) return undefined
  const rates: Partial<Record<keyof TokenRates, number>> = {}
  for (const [name, field] of Object.entries(FIELDS)) {
    const found = rate(block, field)
    if (found !== undefined) rates[name as keyof TokenRates] = found
  }
  return { rates }
}

/** Prices, and when they hold, as people wrote it. */
type OffPeakBlock = ModelPrice & {
  readonly hours_utc?: unknown
  readonly windows?: unknown
  readonly weekday_timezone?: unknown
}

function isOpen(block: OffPeakBlock, now: Date): boolean {
  if (withinHours(block.hours_utc, now)) return true
  if (!Array.isArray(block.windows)) return false
  const weekday = weekdayOf(now, block.weekday_timezone)
  return block.windows.some(
    (rule) => typeof rule === 'object' && rule && onWeekday(rule.weekdays, weekday) && withinHours(rule.hours_utc, now),
  )
}

const HOURS = /^\s*(\d{1,2}):(\d{1,2})\s*-\s*(\d{1,2}):(\d{1,2})\s*$/

function withinHours(hours: unknown, now: Date): boolean {
  const minute = now.getUTCHours() * 60 + now.getUTCMinutes()
  return (Array.isArray(hours) ? hours : [hours]).some((window) => {
    const [, hour, minutes, lastHour, lastMinutes] = (typeof window === 'string' && HOURS.exec(window)) || []
    const start = minuteOf(hour, minutes)
    const end = minuteOf(lastHour, lastMinutes)
    if (Number.isNaN(start) || Number.isNaN(end)) return false
    return start < end ? minute >= start && minute < end : minute >= start || minute < end
  })
}

/** NaN where there is no such time. */
function minuteOf(hour: string | undefined, minute: string | undefined): number {
  return Number(hour) < 24 && Number(minute) < 60 ? Number(hour) * 60 + Number(minute) : Number.NaN
}

const WEEKDAYS = ['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun']
const LONG_NAMES: Readonly<Record<string, string>> = {
  monday: 'mon',
  tuesday: 'tue',
  tues: 'tue',
  wednesday: 'wed',
  thursday: 'thu',
  thur: 'thu',
  thurs: 'thu',
  friday: 'fri',
  saturday: 'sat',
  sunday: 'sun',
}

function onWeekday(weekdays: unknown, today: number): boolean {
  if (weekdays === undefined || weekdays === null) return true
  return Array.isArray(weekdays) && weekdays.some((day) => numberOf(day) === today)
}

/** 1 is Monday, 7 is Sunday. */
function numberOf(day: unknown): number {
  if (typeof day === 'number') return day
  if (typeof day !== 'string') return 0
  const name = day.trim().toLowerCase()
  return WEEKDAYS.indexOf(LONG_NAMES[name] ?? name) + 1
}

function weekdayOf(now: Date, timeZone: unknown): number {
  return numberOf(weekdayName(now, typeof timeZone === 'string' ? timeZone.trim() : 'UTC'))
}

function weekdayName(now: Date, timeZone: string): string {
  try {
    return new Intl.DateTimeFormat('en-US', { weekday: 'short', timeZone: timeZone || 'UTC' }).format(now)
  } catch {
    return weekdayName(now, 'UTC')
  }
}
