import { readdir, readFile, rename, truncate } from 'node:fs/promises'
import { join } from 'node:path'
import { crc32 } from 'node:zlib'
import { syncDirectory, writeDurably } from './disk.ts'
import type { JournalRecord, Tell } from './journal.ts'
import { HEADER_BYTES, MAX_SEQUENCE, readHeader } from './record-format.ts'
import { emptySegment, fillSegment, parseSegmentName, type Segment, type SegmentName } from './segment.ts'

export interface LoadOptions {
  readonly dir: string
  readonly segment: SegmentName
  /** Base of the next segment. */
  readonly before: number
  /** The segment that was written to when the process ended: an incomplete end is expected there. */
  readonly newest: boolean
  readonly tell: Tell
}

export interface LoadedSegment {
  readonly records: JournalRecord[]
  /** Size of the file, after repair. */
  readonly fileBytes: number
}

/**
 * Reads one segment without a writer, and repairs it: what is no record is copied to a `.corrupt` file, then cut
 * out. When the repair fails (no space for the copy) the segment stays as it is; its sound records are returned anyway.
 *
 * A segment that cannot be read at all (EIO) is renamed to `.corrupt` as a whole; one that somebody deleted is told.
 * Rejects on any other error.
 */
export async function loadSegment({ dir, segment, before, newest, tell }: LoadOptions): Promise<LoadedSegment> {
  const path = join(dir, segment.name)
  let bytes: Buffer
  try {
    bytes = await readFile(path)
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException
    if (code !== 'EIO' && code !== 'ENOENT') throw error
    if (code === 'EIO') await rename(path, `${path}.corrupt`)
    tell({ name: 'journal:fail', operation: 'read', error })
    return { records: [], fileBytes: 0 }
  }
  const { records, bad } = scanRecords(bytes, { ...segment, before })
  if (bad.length === 0) return { records, fileBytes: bytes.length }
  try {
    const fileBytes = await repair(dir, path, bytes, bad)
    for (const range of bad) report(range)
    return { records, fileBytes }
  } catch (error) {
    tell({ name: 'journal:fail', operation: 'repair', error })
    return { records, fileBytes: bytes.length }
  }

  function report(range: Range): void {
    const torn = newest && range.end === bytes.length
    tell({
      name: torn ? 'journal:torn' : 'journal:corrupt',
      segment: segment.name,
      bytes: range.end - range.start,
      ...(isBlank(bytes, range) ? {} : { file: asideName(path, range) }),
    })
  }
}

/** The copies are durable before anything is cut, and every step can be repeated after a crash. Returns the new size. */
async function repair(dir: string, path: string, bytes: Buffer, bad: readonly Range[]): Promise<number> {
  for (const range of bad) {
    if (!isBlank(bytes, range)) await writeDurably(asideName(path, range), bytes.subarray(range.start, range.end))
  }
  await syncDirectory(dir)
  const sound = soundRanges(bytes, bad)
  const size = sound.reduce((sum, { start, end }) => sum + end - start, 0)
  if (sound.length <= 1 && (sound[0]?.start ?? 0) === 0) {
    await truncate(path, size)
  } else {
    await writeDurably(`${path}.new`, Buffer.concat(sound.map(({ start, end }) => bytes.subarray(start, end))))
    await rename(`${path}.new`, path)
    await syncDirectory(dir)
  }
  return size
}

function soundRanges(bytes: Buffer, bad: readonly Range[]): Range[] {
  const ranges: Range[] = []
  let from = 0
  for (const { start, end } of [...bad, { start: bytes.length, end: bytes.length }]) {
    if (start > from) ranges.push({ start: from, end: start })
    from = end
  }
  return ranges
}

function asideName(path: string, { start, end }: Range): string {
  return `${path}.${start}-${end - start}.corrupt`
}

/** Zeros are what a power cut leaves of bytes that were never written; there is nothing to keep. */
function isBlank(bytes: Buffer, { start, end }: Range): boolean {
  return bytes.subarray(start, end).every((byte) => byte === 0)
}

interface Range {
  readonly start: number
  readonly end: number
}

interface Scan {
  readonly records: JournalRecord[]
  /** What is not a sound record, in order, never adjacent. Together with the records it covers every byte. */
  readonly bad: Range[]
}

interface ScanBounds {
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

export interface Recovered {
  /** Oldest first. Only the first one with waiting records is in memory. */
  readonly segments: Segment[]
  /** Sequence number of the next record: above all that were ever used, as far as can be known. */
  readonly next: number
}

/** Reads and repairs every segment of a directory. Damage is told; it rejects only when the disk cannot be used. */
export async function recoverSegments(dir: string, position: number, tell: Tell): Promise<Recovered> {
  const names = (await readdir(dir)).map(parseSegmentName).filter((name) => name !== undefined)
  names.sort((a, b) => a.base - b.base)
  const segments: Segment[] = []
  let next = position + 1
  let headFound = false
  for (const [i, name] of names.entries()) {
    const following = names[i + 1]
    const options = { dir, segment: name, before: following?.base ?? MAX_SEQUENCE, newest: !following, tell }
    const { records, fileBytes } = await loadSegment(options)
    const segment = emptySegment(name)
    segment.fileBytes = fileBytes
    fillSegment(segment, records, position)
    if (headFound) segment.records = undefined
    headFound ||= segment.waiting > 0
    segments.push(segment)
    next = Math.max(next, segment.last + 1)
  }
  return { segments, next }
}
