import { type TimeZone, UTC } from '../admission/facts/time-zone.ts'

const WEEKDAYS = ['sunday', 'monday', 'tuesday', 'wednesday', 'thursday', 'friday', 'saturday']
const TIME = /^(\d{1,2}):(\d{1,2})(?::(\d{1,2}))?$/

export const RESET_TIME_RULE = 'must be a time of day in quotes, for example "12:00"'
export const WEEKDAY_RULE = 'must be the name of a weekday, for example sunday'

/** Milliseconds after midnight of "9:30" or "09:30:15"; no text at all is midnight, as in LiteLLM. */
export function resetTimeOf(text: string): number | undefined {
  if (text === '') return 0
  const [, hours, minutes, seconds = '0'] = TIME.exec(text) ?? []
  const [h, m, s] = [Number(hours), Number(minutes), Number(seconds)]
  return h < 24 && m < 60 && s < 60 ? ((h * 60 + m) * 60 + s) * 1_000 : undefined
}

/** 0 is Sunday. */
export function weekdayOf(name: string): number | undefined {
  const index = WEEKDAYS.indexOf(name.trim().toLowerCase())
  return index < 0 ? undefined : index
}

/** What `litellm_settings` say of it, as the schema has read them. */
export interface CalendarSettings {
  readonly timezone?: TimeZone | undefined
  readonly budgetResetTime?: number | undefined
  readonly weeklyBudgetResetDay?: number | undefined
}

/**
 * By which clock, at what time of day and on which weekday budgets are reset. `undefined`: as LiteLLM does unasked.
 * `elsewhere`: the zone that is named where LiteLLM has looked for it before.
 */
export function budgetCalendarOf(
  { timezone, budgetResetTime: resetsAtMs, weeklyBudgetResetDay: weekBeginsOn }: CalendarSettings,
  elsewhere: TimeZone | undefined,
): TimeZone | undefined {
  const zone = timezone ?? elsewhere
  if (resetsAtMs === undefined && weekBeginsOn === undefined) return zone
  return { ...(zone ?? UTC), resetsAtMs, weekBeginsOn }
}
