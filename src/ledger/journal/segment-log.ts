import { unlink } from 'node:fs/promises'
import { join } from 'node:path'
import type { Disk } from './disk.ts'
import type { JournalOptions, JournalRecord, Tell } from './journal.ts'
import { loadSegment, type Recovered } from './load-segment.ts'
import { type NewRecord, recordBytes } from './record-format.ts'
import { dropRecords, fillSegment, firstRecords, type Segment } from './segment.ts'
import { SegmentWriter } from './segment-writer.ts'

export interface SegmentLogOptions extends Pick<JournalOptions, 'dir' | 'fsync' | 'segmentBytes'> {
  readonly disk: Disk
  readonly tell: Tell
}

/**
 * The segments of one directory as one sequence of records: written at one end, read and removed at the other.
 *
 * In memory are the records of at most two segments: the one that grows and the oldest that waits. A segment from before
 * this process is never written to. `append` and `close` must not overlap; the rest may.
 */
export class SegmentLog {
  readonly #options: SegmentLogOptions
  /** Oldest first. The last one is the writer's, if there is a writer. */
  readonly #segments: Segment[]
  #next: number
  #position: number
  #writer: SegmentWriter | undefined
  #appending = false
  #renew = false
  #loading: Promise<void> | undefined

  constructor(options: SegmentLogOptions, { segments, next }: Recovered, position: number) {
    this.#options = options
    this.#segments = segments
    this.#next = next
    this.#position = position
  }

  get position(): number {
    return this.#position
  }

  /** Of all files, less what `giveBack` has promised. */
  get bytes(): number {
    const promised = this.#renew ? (this.#writer?.segment.fileBytes ?? 0) : 0
    return this.#segments.reduce((sum, { fileBytes }) => sum + fileBytes, -promised)
  }

  get waiting(): number {
    return this.#segments.reduce((sum, { waiting }) => sum + waiting, 0)
  }

  /** When the oldest waiting record was appended. */
  get oldestAt(): number | undefined {
    return this.#head()?.oldestAt
  }

  /** Writes a group of records: all of it, or none when it rejects. */
  async append(group: readonly NewRecord[]): Promise<void> {
    this.#appending = true
    try {
      const groupBytes = group.reduce((sum, { payloadBytes }) => sum + recordBytes(payloadBytes), 0)
      const writer = await this.#writerFor(groupBytes)
      await writer.append(group, this.#next)
      this.#next += group.length
    } finally {
      this.#appending = false
    }
  }

  /** Syncs what was appended without. */
  async sync(): Promise<void> {
    await this.#writer?.sync()
  }

  /** The oldest waiting records, of one segment. */
  async read(maxRecords: number, maxBytes: number): Promise<JournalRecord[]> {
    for (let head = this.#head(); head; head = this.#head()) {
      if (head.records) return firstRecords(head.records, maxRecords, maxBytes)
      this.#loading ??= this.#load(head).finally(() => {
        this.#loading = undefined
      })
      await this.#loading
    }
    return []
  }

  /** Forgets what is acknowledged. The files stay until `removeAcknowledged`. */
  moveTo(position: number): void {
    this.#position = position
    for (const segment of this.#segments) {
      if (segment.base >= position) break
      // A segment that is not in memory was never read, so the position cannot be inside it or behind it.
      if (segment.records) dropRecords(segment, position)
    }
  }

  /** Whether `removeAcknowledged` has something to do. */
  get hasAcknowledged(): boolean {
    return this.#segments.some((segment) => this.#isDone(segment))
  }

  /** Deletes the segments without waiting records. A failure is told; those that stay are tried again the next time. */
  async removeAcknowledged(): Promise<void> {
    try {
      for (const segment of this.#segments.filter((each) => this.#isDone(each))) {
        await unlink(join(this.#options.dir, segment.name)).catch(ignoreMissing)
        const index = this.#segments.indexOf(segment)
        if (index >= 0) this.#segments.splice(index, 1)
      }
    } catch (error) {
      this.#options.tell({ name: 'journal:fail', operation: 'remove', error })
    }
  }

  /** Lets the next append start by deleting the segment that grows, if all of it is acknowledged. */
  giveBack(): void {
    if (!this.#appending && this.#writer?.segment.waiting === 0) this.#renew = true
  }

  /** Syncs, and leaves no file behind without waiting records. */
  async close(): Promise<void> {
    const writer = this.#writer
    this.#writer = undefined
    try {
      await writer?.sync()
    } finally {
      await writer?.close()
      await this.removeAcknowledged()
    }
  }

  async #writerFor(groupBytes: number): Promise<SegmentWriter> {
    const { disk, dir, fsync, segmentBytes } = this.#options
    const { segment, usable } = this.#writer ?? {}
    const fits = segment && (segment.fileBytes === 0 || segment.fileBytes + groupBytes <= segmentBytes)
    if (this.#writer && usable && fits && !this.#renew) return this.#writer
    await this.#seal()
    const writer = await SegmentWriter.create({
      disk,
      dir,
      base: this.#next++,
      syncWrites: fsync === 'always',
      syncName: fsync !== 'never',
    })
    this.#segments.push(writer.segment)
    this.#writer = writer
    return writer
  }

  async #seal(): Promise<void> {
    const writer = this.#writer
    if (!writer) return
    if (this.#options.fsync !== 'never' && writer.usable) await writer.sync()
    this.#writer = undefined
    this.#renew = false
    if (this.#head() !== writer.segment) writer.segment.records = undefined
    await writer.close()
    await this.removeAcknowledged()
  }

  async #load(segment: Segment): Promise<void> {
    const { dir, tell } = this.#options
    const index = this.#segments.indexOf(segment)
    const before = this.#segments[index + 1]?.base ?? this.#next
    const { records, fileBytes } = await loadSegment({ dir, segment, before, newest: false, tell })
    segment.fileBytes = fileBytes
    fillSegment(segment, records, this.#position)
  }

  #head(): Segment | undefined {
    return this.#segments.find(({ waiting }) => waiting > 0)
  }

  #isDone(segment: Segment): boolean {
    return segment.waiting === 0 && segment !== this.#writer?.segment
  }
}

function ignoreMissing(error: NodeJS.ErrnoException): void {
  if (error.code !== 'ENOENT') throw error
}
