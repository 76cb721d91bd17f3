import type { DrainSource } from './drain/drain.ts'
import type { Journal, JournalRecord } from './journal/journal.ts'

export interface JournalSourceOptions {
  readonly journal: Journal
  /** Keeps a record that cannot be written. Safe to repeat. */
  quarantine(record: JournalRecord, error: unknown): Promise<void>
  /** A batch has left the journal. */
  onSettle(batch: SettledBatch): void
}

export interface SettledBatch {
  readonly written: readonly JournalRecord[]
  readonly quarantined: readonly JournalRecord[]
  /** From the moment that it was read. */
  readonly ms: number
}

interface OpenBatch {
  readonly size: number
  readonly position: number
  readonly startedAt: number
  readonly written: JournalRecord[]
  readonly quarantined: JournalRecord[]
}

const MAX_BATCH_BYTES = 8 * 1024 * 1024

/**
 * A journal to be drained: a batch is acknowledged when each of its records is written or quarantined. What was in doubt
 * when the process ended is read again at the next start.
 */
export class JournalSource implements DrainSource<JournalRecord> {
  readonly #options: JournalSourceOptions
  #settled = 0
  #batch: OpenBatch | undefined

  constructor(options: JournalSourceOptions) {
    this.#options = options
  }

  get waiting(): number {
    return this.#options.journal.size.waitingRecords
  }

  get settled(): number {
    return this.#settled
  }

  async head(count: number): Promise<readonly JournalRecord[]> {
    const startedAt = performance.now()
    const { records, position } = await this.#options.journal.read(count, MAX_BATCH_BYTES)
    this.#batch = { size: records.length, position, startedAt, written: [], quarantined: [] }
    return records
  }

  async written(records: readonly JournalRecord[]): Promise<void> {
    this.#batch!.written.push(...records)
    await this.#acknowledge(this.#batch!)
  }

  async refused(record: JournalRecord, error: unknown): Promise<void> {
    await this.#options.quarantine(record, error)
    this.#batch!.quarantined.push(record)
    await this.#acknowledge(this.#batch!)
  }

  async #acknowledge({ size, position, startedAt, written, quarantined }: OpenBatch): Promise<void> {
    if (written.length + quarantined.length < size) return
    const acknowledged = this.#options.journal.acknowledge(position)
    // Now, as the journal has just stopped to count them: together the two must not say less in between.
    this.#settled += size
    try {
      await acknowledged
    } finally {
      this.#options.onSettle({ written, quarantined, ms: performance.now() - startedAt })
    }
  }
}
