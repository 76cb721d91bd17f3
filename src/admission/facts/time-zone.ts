/** The clock of a time zone. Local times are dates whose UTC fields say what that clock shows. */
export interface TimeZone {
  readonly name: string
  /** How long after midnight budgets of days and more are reset, in milliseconds. Default 0. */
  readonly resetsAtMs?: number
  /** The day on which budgets of a week are reset; 0 is Sunday. Default: Monday. */
  readonly weekBeginsOn?: number
  toLocal(moment: Date): Date
  /** Of a time that the clock shows twice, the first after `after`; one that it skips is as much later as it skips. */
  toMoment(local: Date, after: Date): Date
}

const QUARTER_MS = 900_000
const DAY_MS = 86_400_000
const MAX_KNOWN = 2_000

export const UTC: TimeZone = { name: 'UTC', toLocal: (moment) => moment, toMoment: (local) => local }

/** The zone of an IANA name, `Europe/Berlin` for one; `undefined` when there is none of that name. */
export function timeZoneOf(name: string): TimeZone | undefined {
  if (name === UTC.name) return UTC
  const read = offsetReader(name)
  if (!read) return undefined
  // Clocks change at quarters of an hour.
  const known = new Map<number, number>()
  const offsetAt = (ms: number): number => {
    const quarter = Math.floor(ms / QUARTER_MS)
    const offset = known.get(quarter) ?? read(quarter * QUARTER_MS)
    if (known.size >= MAX_KNOWN) known.clear()
    known.set(quarter, offset)
    return offset
  }
  return {
    name,
    toLocal: (moment) => new Date(moment.getTime() + offsetAt(moment.getTime())),
    toMoment(local, after) {
      const ms = local.getTime()
      const before = ms - offsetAt(ms - DAY_MS)
      const later = ms - offsetAt(ms + DAY_MS)
      const shown = [before, later].filter((moment) => moment + offsetAt(moment) === ms).sort((a, b) => a - b)
      return new Date(shown.find((moment) => moment > after.getTime()) ?? shown.at(-1) ?? before)
    },
  }
}

/** How far the zone's clock is ahead of UTC, in milliseconds. */
function offsetReader(timeZone: string): ((ms: number) => number) | undefined {
  const format = formatOf(timeZone)
  return (
    format &&
    ((ms) => {
      const parts = Object.fromEntries(format.formatToParts(ms).map(({ type, value }) => [type, Number(value)]))
      const { year = 0, month = 1, day = 1, hour = 0, minute = 0, second = 0 } = parts
      return Date.UTC(year, month - 1, day, hour, minute, second) - ms
    })
  )
}

function formatOf(timeZone: string): Intl.DateTimeFormat | undefined {
  const numeric = 'numeric'
  try {
    return new Intl.DateTimeFormat('en-US', {
      ...{ timeZone, calendar: 'gregory', hourCycle: 'h23', year: numeric, month: numeric },
      ...{ day: numeric, hour: numeric, minute: numeric, second: numeric },
    })
  } catch {
    return undefined
  }
}

/** A moment that knows by which clock days, weeks and months are counted from it. */
export class ZonedDate extends Date {
  readonly zone: TimeZone

  constructor(moment: Date, zone: TimeZone = UTC) {
    super(moment)
    this.zone = zone
  }
}

/** The zone of a moment: UTC, where it says nothing else. */
export function zoneOf(moment: Date): TimeZone {
  return moment instanceof ZonedDate ? moment.zone : UTC
}

/** "2026-02-16 12:00:00 UTC" */
export function utcText(date: Date): string {
  return `${date.toISOString().slice(0, 19).replace('T', ' ')} UTC`
}

/** The time, by a clock that is never set back: two dates of it are in the order of what happened. */
export function monotonicDate(): Date {
  return new Date(performance.timeOrigin + performance.now())
}
