import type { DeadLetterReason, DeadLetterStore } from './dead-letters.ts'
import type { JournalRecord } from './journal-error.ts'

export type { JournalRecord } from './journal-error.ts'

/**
 * A crash-safe local queue of opaque records, for one reader.
 *
 * Delivery is at least once: what was appended is read again after a crash until it is acknowledged, so the reader must
 * be able to see a record twice. Order is the order of `append`. Sequence numbers grow; they may have gaps.
 */
export interface Journal {
  /**
   * Resolves `true` when the record is in the journal: written, and for `fsync: 'always'` on the disk. Resolves `false`
   * when it was dropped (`onFull: 'drop-newest'`). Rejects with a `JournalError` otherwise; a record whose append was
   * rejected with `write_failed` may still turn up if the process dies before the next append.
   *
   * A `Uint8Array` must not be changed before the promise settles.
   */
  append(payload: string | Uint8Array): Promise<boolean>

  /**
   * The oldest records not yet acknowledged: at most `maxRecords` and `maxBytes` of payload, but never none if any wait.
   * Reading does not consume: without an `acknowledge` the next read returns the same records. It may return fewer than
   * there are; an empty batch means that there are none.
   */
  read(maxRecords: number, maxBytes: number): Promise<JournalBatch>

  /**
   * Forgets every record up to and including `position`, which is a batch's `position` or the `sequence` of one of its
   * records. A position behind the current one changes nothing; one that was never read is refused (`not_read`).
   *
   * A crash (or a disk that refuses) may bring the position back to an earlier one. That only means reading again.
   */
  acknowledge(position: number): Promise<void>

  /**
   * Sets a record aside, durably, so that the position may move past it. Repeating it for the same record is harmless.
   * Works on a full journal too: letters count against `maxBytes`, but only appends have to wait for them.
   */
  deadLetter(record: JournalRecord, reason: DeadLetterReason): Promise<void>

  readonly deadLetters: DeadLetterStore
  readonly size: JournalSize

  /** Writes what is pending, syncs, lets the directory go. Appends that still wait for room are rejected. Idempotent. */
  close(): Promise<void>
}

export interface JournalBatch {
  readonly records: readonly JournalRecord[]
  /** Acknowledge this when all of `records` are dealt with. */
  readonly position: number
}

export interface JournalSize {
  /** Segments, dead letters, and what is about to be written. */
  readonly bytes: number
  readonly waitingRecords: number
  /** Age of the oldest record that waits; 0 when none does. */
  readonly oldestWaitingMs: number
}

export interface JournalOptions {
  /** Made if missing. Local to one host; one process at a time. */
  readonly dir: string
  /** Default: the subdirectory `dead-letters`. Several journals may share it. */
  readonly deadLettersDir?: string
  /**
   * What survives. `always`: every record whose append resolved survives a power cut. `interval`: it survives the death
   * of the process; a power cut costs at most about `fsyncIntervalMs`. `never`: the operating system decides.
   */
  readonly fsync: 'always' | 'interval' | 'never'
  readonly fsyncIntervalMs: number
  /** Bound of segments and dead letters together. What is set aside as corrupt is not counted. */
  readonly maxBytes: number
  /** A segment is closed when the next write would make it larger. Never more than a quarter of `maxBytes`. */
  readonly segmentBytes: number
  /** What an append does when there is no room, or the disk refuses: wait, be rejected, or resolve `false`. */
  readonly onFull: 'block' | 'reject' | 'drop-newest'
  /** Must not throw; if it does, that is ignored. */
  readonly onEvent?: (event: JournalEvent) => void
  /** Milliseconds since the epoch. Only for the age of records. Default: `Date.now`. */
  readonly now?: () => number
}

export type JournalEvent =
  /** The directory does not survive a reboot. */
  | { readonly name: 'journal:volatile'; readonly dir: string; readonly why: string }
  /** The end of the newest segment was incomplete and was cut off: the process died while writing. */
  | { readonly name: 'journal:torn'; readonly segment: string; readonly bytes: number; readonly file?: string }
  /** Bytes that are no records, anywhere else. They are in `file` (unless all zero); the records around them were kept. */
  | { readonly name: 'journal:corrupt'; readonly segment: string; readonly bytes: number; readonly file?: string }
  /** No sound position was found: everything that is still there is read again. */
  | { readonly name: 'journal:position-lost' }
  | { readonly name: 'journal:full'; readonly bytes: number; readonly maxBytes: number }
  | { readonly name: 'journal:room'; readonly bytes: number; readonly maxBytes: number }
  | { readonly name: 'journal:drop'; readonly records: number; readonly bytes: number; readonly error?: unknown }
  /** The disk refused. For `onFull: 'block'` the write is tried again. */
  | { readonly name: 'journal:fail'; readonly operation: JournalOperation; readonly error: unknown }

export type JournalOperation = 'write' | 'sync' | 'repair' | 'read' | 'position' | 'remove' | 'close'

export type Tell = (event: JournalEvent) => void
