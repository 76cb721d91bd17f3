import { readdir } from 'node:fs/promises'
import type { Tell } from './journal.ts'
import { loadSegment } from './load-segment.ts'
import { MAX_SEQUENCE } from './record-format.ts'
import { emptySegment, fillSegment, type Segment } from './segment.ts'
import { parseSegmentName } from './segment-name.ts'

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
