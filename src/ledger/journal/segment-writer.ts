import { unlink } from 'node:fs/promises'
import { join } from 'node:path'
import { type Disk, type DiskFile, syncDirectory } from './disk.ts'
import { encodeRecords, type NewRecord } from './record-format.ts'
import { addRecords, emptySegment, newSegmentName, type Segment } from './segment.ts'

export interface SegmentWriterOptions {
  readonly disk: Disk
  readonly dir: string
  /** Below the sequence number of its first record, and no other segment's. */
  readonly base: number
  /** Sync every write. */
  readonly syncWrites: boolean
  /** Make the new file's name survive a power cut. */
  readonly syncName: boolean
}

/** The segment that grows. What it says it holds is in the file, whatever the disk did on the way. */
export class SegmentWriter {
  readonly segment: Segment
  readonly #file: DiskFile
  readonly #syncWrites: boolean
  #usable = true
  #unsynced = false

  private constructor(segment: Segment, file: DiskFile, syncWrites: boolean) {
    this.segment = segment
    this.#file = file
    this.#syncWrites = syncWrites
  }

  static async create({ disk, dir, base, syncWrites, syncName }: SegmentWriterOptions): Promise<SegmentWriter> {
    const segment = emptySegment(newSegmentName(base))
    const path = join(dir, segment.name)
    const file = await disk.create(path)
    try {
      if (syncName) await syncDirectory(dir)
    } catch (error) {
      await file.close()
      await unlink(path)
      throw error
    }
    return new SegmentWriter(segment, file, syncWrites)
  }

  /** False after a failure that leaves the file's end in doubt: then the next record belongs in a new segment. */
  get usable(): boolean {
    return this.#usable
  }

  /** Appends a group as one write and at most one sync: all of it, or (as far as later reads can see) nothing. */
  async append(group: readonly NewRecord[], firstSequence: number): Promise<void> {
    const { segment } = this
    const { bytes, records } = encodeRecords(group, firstSequence, segment.salt)
    try {
      await this.#file.write(bytes, segment.fileBytes)
      this.#unsynced = true
      if (this.#syncWrites) await this.sync()
    } catch (error) {
      await this.#cutBack()
      throw error
    }
    segment.fileBytes += bytes.length
    addRecords(segment, records)
  }

  /**
   * After a failed sync the kernel may have thrown the unwritten pages away and report success the next time
   * (https://lwn.net/Articles/752063/), so the file is not written to again.
   */
  async sync(): Promise<void> {
    if (!this.#unsynced) return
    this.#unsynced = false
    try {
      await this.#file.sync()
    } catch (error) {
      this.#usable = false
      throw error
    }
  }

  close(): Promise<void> {
    return this.#file.close()
  }

  /** If even this fails, what stays behind has numbers above the next segment's base: it is never read. */
  async #cutBack(): Promise<void> {
    try {
      await this.#file.truncate(this.segment.fileBytes)
    } catch {
      this.#usable = false
    }
  }
}
