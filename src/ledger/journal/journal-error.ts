/**
 * - `locked`:       another process owns the directory.
 * - `full`:         `maxBytes` is reached and `onFull` is `reject`.
 * - `too_large`:    one record alone is larger than `maxBytes` (or than 4 GiB).
 * - `write_failed`: the disk refused; `cause` is its error.
 * - `not_read`:     a position was acknowledged that was never read.
 * - `corrupt`:      a dead letter does not match its checksum.
 * - `closed`:       the journal is closed, or was closed while the record waited for room.
 */
export type JournalErrorCode = 'locked' | 'full' | 'too_large' | 'write_failed' | 'not_read' | 'corrupt' | 'closed'

/** How the journal refuses. Tell cases apart by `code`. */
export class JournalError extends Error {
  override readonly name = 'JournalError'
  readonly code: JournalErrorCode

  constructor(code: JournalErrorCode, message: string, cause?: unknown) {
    super(message, { cause })
    this.code = code
  }
}

export interface JournalRecord {
  readonly sequence: number
  /** Milliseconds since the epoch. */
  readonly appendedAt: number
  readonly payload: Buffer
}
