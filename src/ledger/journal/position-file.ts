import { type FileHandle, open } from 'node:fs/promises'
import { join } from 'node:path'
import { crc32 } from 'node:zlib'
import type { Tell } from './journal.ts'

/*
 * Two slots, 512 bytes apart so that they share no sector: u48 position, u32 CRC-32 of the six bytes before. They are
 * written in turn, so a torn write leaves the other one. Overwriting in place needs no free space: a full disk can
 * still acknowledge. A lost write is harmless, see `Journal.acknowledge`.
 */
const SLOT_OFFSETS = [0, 512] as const
const SLOT_BYTES = 10

/** The acknowledged position of one directory, kept across crashes. */
export class PositionFile {
  readonly #handle: FileHandle
  #turn = 0

  private constructor(handle: FileHandle) {
    this.#handle = handle
  }

  /** `position` is the highest of the sound slots; 0 for a new file; `undefined` when there is a file without any. */
  static async open(dir: string): Promise<{ file: PositionFile; position: number | undefined }> {
    // Not 'a+': on Linux an appending handle ignores the offset of a write.
    const path = join(dir, 'position')
    const handle = await open(path, 'r+').catch((error: NodeJS.ErrnoException) => {
      if (error.code !== 'ENOENT') throw error
      return open(path, 'wx+', 0o600)
    })
    const file = new PositionFile(handle)
    try {
      return { file, position: await file.#read() }
    } catch (error) {
      await handle.close()
      throw error
    }
  }

  async write(position: number, options: { sync: boolean }): Promise<void> {
    const slot = Buffer.alloc(SLOT_BYTES)
    slot.writeUIntBE(position, 0, 6)
    slot.writeUInt32BE(crc32(slot.subarray(0, 6)), 6)
    await this.#handle.write(slot, 0, SLOT_BYTES, SLOT_OFFSETS[this.#turn])
    this.#turn = 1 - this.#turn
    if (options.sync) await this.#handle.datasync()
  }

  close(): Promise<void> {
    return this.#handle.close()
  }

  async #read(): Promise<number | undefined> {
    const { size } = await this.#handle.stat()
    if (size === 0) return 0
    const positions = await Promise.all(SLOT_OFFSETS.map((offset) => this.#readSlot(offset)))
    const [first = -1, second = -1] = positions
    // The next write goes over the older slot, or over the broken one.
    this.#turn = first > second ? 1 : 0
    const highest = Math.max(first, second)
    return highest < 0 ? undefined : highest
  }

  async #readSlot(offset: number): Promise<number | undefined> {
    const slot = Buffer.alloc(SLOT_BYTES)
    const { bytesRead } = await this.#handle.read(slot, 0, SLOT_BYTES, offset)
    if (bytesRead < SLOT_BYTES || slot.readUInt32BE(6) !== crc32(slot.subarray(0, 6))) return undefined
    return slot.readUIntBE(0, 6)
  }
}

/** Saves positions, one write at a time. Positions that arrive during a write share the next one: the last one wins. */
export class PositionKeeper {
  readonly #file: PositionFile
  readonly #tell: Tell
  #wanted: { position: number; sync: boolean } | undefined
  #running: Promise<void> | undefined

  constructor(file: PositionFile, tell: Tell) {
    this.#file = file
    this.#tell = tell
  }

  /** Resolves when this position or a later one is written. A failure is told: it costs no more than reading again. */
  async save(position: number, { sync }: { sync: boolean }): Promise<void> {
    this.#wanted = { position, sync: sync || (this.#wanted?.sync ?? false) }
    while (this.#wanted) await this.#next()
    await this.#running
  }

  async close(position: number): Promise<void> {
    try {
      await this.save(position, { sync: true })
    } finally {
      await this.#file.close()
    }
  }

  #next(): Promise<void> {
    this.#running ??= this.#write().finally(() => {
      this.#running = undefined
    })
    return this.#running
  }

  async #write(): Promise<void> {
    if (!this.#wanted) return
    const { position, sync } = this.#wanted
    this.#wanted = undefined
    try {
      await this.#file.write(position, { sync })
    } catch (error) {
      this.#tell({ name: 'journal:fail', operation: 'position', error })
    }
  }
}
