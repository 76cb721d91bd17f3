export interface JournalRecord {
  readonly sequence: number
  /** Milliseconds since the epoch. */
  readonly appendedAt: number
  readonly payload: Buffer
}
