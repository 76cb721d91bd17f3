import { type TimeZone, UTC } from './time-zone.ts'

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
