import { randomInt } from 'node:crypto'
import { countLeading } from '../../lib/lists.ts'
import type { JournalRecord } from './journal.ts'

const PATTERN = /^(\d{15})-([0-9a-f]{8})\.v1\.log$/

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
  return countLeading(records, ({ sequence }) => sequence <= position)
}

export interface SegmentName {
  /** The file's name, without its directory. */
  readonly name: string
  /** A number from the same sequence as the records'. All records in the segment have higher ones. */
  readonly base: number
  /** Seed of its checksums, see record-format.ts. In the name, because a damaged name cannot be. */
  readonly salt: number
}

/** A name for a new segment. Names sort as their bases do. */
export function newSegmentName(base: number): SegmentName {
  const salt = randomInt(2 ** 32)
  return { name: `${String(base).padStart(15, '0')}-${salt.toString(16).padStart(8, '0')}.v1.log`, base, salt }
}

/** `undefined` for a file that is not a segment. */
export function parseSegmentName(name: string): SegmentName | undefined {
  const [, base, salt] = PATTERN.exec(name) ?? []
  if (base === undefined || salt === undefined) return undefined
  return { name, base: Number(base), salt: Number.parseInt(salt, 16) }
}
