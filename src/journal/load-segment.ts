import { open, readFile, rename, truncate } from 'node:fs/promises'
import { join } from 'node:path'
import type { JournalRecord, Tell } from './journal.ts'
import { type Range, scanRecords } from './scan-records.ts'
import type { SegmentName } from './segment-name.ts'
import { syncDirectory } from './sync-directory.ts'

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
 * Reads one segment that nobody writes to, and repairs it: what is no record is copied to a `.corrupt` file, then cut
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

async function writeDurably(path: string, bytes: Buffer): Promise<void> {
  const handle = await open(path, 'w', 0o600)
  try {
    await handle.writeFile(bytes)
    await handle.sync()
  } finally {
    await handle.close()
  }
}

function soundRanges(bytes: Buffer, bad: readonly Range[]): Range[] {
  const edges = [0, ...bad.flatMap(({ start, end }) => [start, end]), bytes.length]
  const ranges: Range[] = []
  for (let i = 0; i < edges.length; i += 2) ranges.push({ start: edges[i]!, end: edges[i + 1]! })
  return ranges.filter(({ start, end }) => end > start)
}

function asideName(path: string, { start, end }: Range): string {
  return `${path}.${start}-${end - start}.corrupt`
}

/** Zeros are what a power cut leaves of bytes that were never written; there is nothing to keep. */
function isBlank(bytes: Buffer, { start, end }: Range): boolean {
  return bytes.subarray(start, end).every((byte) => byte === 0)
}
