import { Admission } from './admission.ts'
import type { DeadLetterReason, DeadLetters } from './dead-letters.ts'
import type { DirectoryLock } from './directory-lock.ts'
import { GroupCommit, type PendingAppend } from './group-commit.ts'
import type { Journal, JournalBatch, JournalOptions, JournalRecord, JournalSize, Tell } from './journal.ts'
import { JournalError } from './journal-error.ts'
import type { PositionKeeper } from './position-file.ts'
import { MAX_PAYLOAD_BYTES, recordBytes } from './record-format.ts'
import type { SegmentLog } from './segment-log.ts'

export interface SegmentJournalParts {
  readonly options: JournalOptions
  readonly log: SegmentLog
  readonly position: PositionKeeper
  readonly deadLetters: DeadLetters
  readonly deadLetterBytes: number
  readonly lock: DirectoryLock
  readonly tell: Tell
  readonly now: () => number
}

/** A larger group gains nothing, and holds the memory and the disk for longer. */
const GROUP_BYTES = 1024 * 1024

/** The journal over its parts: what an append goes through, and what a position means. */
export class SegmentJournal implements Journal {
  readonly #parts: SegmentJournalParts
  readonly #commit: GroupCommit
  readonly #admission: Admission
  #deadLetterBytes: number
  /** Highest position that `read` has returned. */
  #read: number
  #syncTimer: NodeJS.Timeout | undefined
  #closed = false
  #closing: Promise<void> | undefined

  constructor(parts: SegmentJournalParts) {
    const { options, log, tell } = parts
    const { maxBytes, onFull, segmentBytes } = options
    this.#parts = parts
    this.#read = log.position
    this.#deadLetterBytes = parts.deadLetterBytes
    this.#commit = new GroupCommit({
      write: (group) => this.#write(group),
      groupBytes: Math.min(GROUP_BYTES, segmentBytes),
      onFail: onFull,
      tell,
    })
    this.#admission = new Admission({
      maxBytes,
      onFull,
      usedBytes: () => this.#bytes,
      giveBack: () => log.giveBack(),
      enter: (append) => this.#commit.push(append),
      lookAgain: () => void this.#countDeadLetters(),
      tell,
    })
  }

  get size(): JournalSize {
    const { log, now } = this.#parts
    const { oldestAt, waiting } = log
    const oldestWaitingMs = oldestAt === undefined ? 0 : Math.max(0, now() - oldestAt)
    return { bytes: this.#bytes, waitingRecords: waiting, oldestWaitingMs }
  }

  get deadLetters(): DeadLetters {
    return this.#parts.deadLetters
  }

  async append(payload: string | Uint8Array): Promise<boolean> {
    this.#refuseWhenClosed()
    const { options, now } = this.#parts
    const payloadBytes = typeof payload === 'string' ? Buffer.byteLength(payload) : payload.byteLength
    if (payloadBytes > MAX_PAYLOAD_BYTES || recordBytes(payloadBytes) > options.maxBytes) {
      throw new JournalError('too_large', `A record of ${payloadBytes} bytes does not fit into ${options.maxBytes}`)
    }
    const { promise, resolve, reject } = Promise.withResolvers<boolean>()
    this.#admission.request({ payload, payloadBytes, appendedAt: now(), settle: resolve, refuse: reject })
    return promise
  }

  async read(maxRecords: number, maxBytes: number): Promise<JournalBatch> {
    this.#refuseWhenClosed()
    const { log } = this.#parts
    const records = await log.read(maxRecords, maxBytes)
    const position = records.at(-1)?.sequence ?? log.position
    this.#read = Math.max(this.#read, position)
    return { records, position }
  }

  async acknowledge(position: number): Promise<void> {
    this.#refuseWhenClosed()
    const { log, position: keeper } = this.#parts
    if (!Number.isInteger(position) || position > this.#read) {
      throw new JournalError('not_read', `Position ${position} was never read; the last one read is ${this.#read}`)
    }
    if (position <= log.position) return
    log.moveTo(position)
    // Before a segment goes, so that a power cut does not bring back a position from before the segment.
    await keeper.save(position, { sync: log.hasAcknowledged })
    await log.removeAcknowledged()
    this.#commit.retryNow()
    this.#admission.freed()
  }

  async deadLetter(record: JournalRecord, reason: DeadLetterReason): Promise<void> {
    this.#refuseWhenClosed()
    this.#deadLetterBytes += await this.deadLetters.add(record, reason)
  }

  close(): Promise<void> {
    this.#closed = true
    this.#closing ??= this.#close()
    return this.#closing
  }

  get #bytes(): number {
    return this.#parts.log.bytes + this.#commit.bytes + this.#deadLetterBytes
  }

  /** Counted on the disk: another process may remove letters. */
  async #countDeadLetters(): Promise<void> {
    try {
      this.#deadLetterBytes = await this.deadLetters.bytes()
    } catch (error) {
      this.#parts.tell({ name: 'journal:fail', operation: 'read', error })
    }
    if (!this.#closed) this.#admission.freed()
  }

  async #write(group: readonly PendingAppend[]): Promise<void> {
    const { log, options } = this.#parts
    await log.append(group)
    if (options.fsync !== 'interval') return
    this.#syncTimer ??= setTimeout(() => void this.#sync(), options.fsyncIntervalMs).unref()
  }

  async #sync(): Promise<void> {
    this.#syncTimer = undefined
    try {
      await this.#parts.log.sync()
    } catch (error) {
      this.#parts.tell({ name: 'journal:fail', operation: 'sync', error })
    }
  }

  async #close(): Promise<void> {
    const { log, position, lock, tell } = this.#parts
    this.#admission.close()
    await this.#commit.stop()
    clearTimeout(this.#syncTimer)
    for (const step of [() => log.close(), () => position.close(log.position), () => lock.release()]) {
      await step().catch((error: unknown) => tell({ name: 'journal:fail', operation: 'close', error }))
    }
  }

  #refuseWhenClosed(): void {
    if (this.#closed) throw new JournalError('closed', 'The journal is closed')
  }
}
