import { crc32 } from 'node:zlib'
import type { JournalRecord } from './journal.ts'
import { HEADER_BYTES, readHeader } from './record-format.ts'

export interface Range {
  readonly start: number
  readonly end: number
}

export interface Scan {
  readonly records: JournalRecord[]
  /** What is not a sound record, in order, never adjacent. Together with the records it covers every byte. */
  readonly bad: Range[]
}

export interface ScanBounds {
  readonly salt: number
  /** Sequence numbers the segment may hold: above this one ... */
  readonly base: number
  /** ... and below this one, the base of the next segment. */
  readonly before: number
}

/** Every sound record of a segment, whatever else is in it. Never throws, never returns what was not written. */
export function scanRecords(bytes: Buffer, { salt, base, before }: ScanBounds): Scan {
  const records: JournalRecord[] = []
  const bad: Range[] = []
  let last = base
  let offset = 0
  while (offset < bytes.length) {
    const header = readHeader(bytes, offset, salt)
    const start = offset + HEADER_BYTES
    const end = start + (header?.payloadBytes ?? 0)
    if (!header || end > bytes.length || header.sequence <= last || header.sequence >= before) {
      const next = findHeader(bytes, offset + 1, { salt, base: last, before })
      addRange(bad, { start: offset, end: next })
      offset = next
      continue
    }
    const payload = bytes.subarray(start, end)
    if (crc32(payload, salt) === header.payloadCrc) {
      records.push({ sequence: header.sequence, appendedAt: header.appendedAt, payload })
    } else {
      addRange(bad, { start: offset, end })
    }
    last = header.sequence
    offset = end
  }
  return { records, bad }
}

/** Where the next sound header starts; the end when there is none. The cheap tests come first: this visits every byte. */
function findHeader(bytes: Buffer, from: number, { salt, base, before }: ScanBounds): number {
  for (let offset = from; offset + HEADER_BYTES <= bytes.length; offset++) {
    if (bytes.readUInt32BE(offset) > bytes.length - offset - HEADER_BYTES) continue
    const sequence = bytes.readUIntBE(offset + 4, 6)
    if (sequence <= base || sequence >= before) continue
    if (readHeader(bytes, offset, salt)) return offset
  }
  return bytes.length
}

function addRange(ranges: Range[], range: Range): void {
  const last = ranges.at(-1)
  if (last?.end === range.start) ranges[ranges.length - 1] = { start: last.start, end: range.end }
  else ranges.push(range)
}
