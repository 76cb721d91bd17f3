import type { JournalRecord } from './journal.ts'
import type { SegmentName } from './segment-name.ts'

/** What is known of one segment file. */
export interface Segment extends SegmentName {
  /** Size of the file. */
  fileBytes: number
  /** Highest sequence number in it; its base when it holds none. */
  last: number
  /** How many of its records are not acknowledged, and when the first of those was appended. */
  waiting: number
  oldestAt: number
  /** Those records, in order; `undefined` when they are only on the disk. */
  records: JournalRecord[] | undefined
}

export function emptySegment(name: SegmentName): Segment {
  return { ...name, fileBytes: 0, last: name.base, waiting: 0, oldestAt: 0, records: [] }
}

/** Puts records into a segment: those that are in its file now, of which all up to `position` are acknowledged. */
export function fillSegment(segment: Segment, records: readonly JournalRecord[], position: number): void {
  segment.last = records.at(-1)?.sequence ?? segment.base
  segment.records = records.slice(countUpTo(records, position))
  refresh(segment, segment.records)
}

export function addRecords(segment: Segment, records: readonly JournalRecord[]): void {
  const held = segment.records ?? []
  for (const record of records) held.push(record)
  segment.records = held
  segment.last = held.at(-1)?.sequence ?? segment.last
  refresh(segment, held)
}

/** Forgets what is acknowledged by `position`. Only of a segment that is in memory. */
export function dropRecords(segment: Segment, position: number): void {
  const held = segment.records ?? []
  held.splice(0, countUpTo(held, position))
  refresh(segment, held)
}

/** At most so many records and so many bytes of payload, but never none if there are any. */
export function firstRecords(records: readonly JournalRecord[], maxRecords: number, maxBytes: number): JournalRecord[] {
  const chosen: JournalRecord[] = []
  let bytes = 0
  for (const record of records) {
    bytes += record.payload.length
    if (chosen.length > 0 && (bytes > maxBytes || chosen.length >= maxRecords)) break
    chosen.push(record)
  }
  return chosen
}

function refresh(segment: Segment, held: readonly JournalRecord[]): void {
  segment.waiting = held.length
  segment.oldestAt = held[0]?.appendedAt ?? 0
}

/** How many of the sorted records have a sequence number up to `position`. */
function countUpTo(records: readonly JournalRecord[], position: number): number {
  let low = 0
  let high = records.length
  while (low < high) {
    const middle = (low + high) >> 1
    if (records[middle]!.sequence <= position) low = middle + 1
    else high = middle
  }
  return low
}
