import { sqlstateOf } from '../database/sqlstates.ts'
import { memoizeByObject } from '../lib/memoize.ts'
import { Drain, type DrainSource } from './drain/drain.ts'
import type { Journal, JournalRecord } from './journal/journal.ts'
import type { MemoryLedgerOptions } from './memory-ledger.ts'
import { readSpendRecord, type SpendRecord } from './record/spend-record.ts'
import type { SpendCounts } from './spend-counts.ts'
import { isAtFault } from './write/verdict.ts'

/** Takes spend records from `journal` to LiteLLM's tables. What the tables refuse becomes a dead letter. */
export function createSpendDrain(
  journal: Journal,
  options: MemoryLedgerOptions,
  tally: SpendCounts,
): Drain<JournalRecord> {
  const { events, write, batchSize, flushIntervalMs, retryDelayMs } = options
  const openedAt = Date.now()
  const source = new JournalSource({
    journal,
    async quarantine(entry, error) {
      const sqlstate = sqlstateOf(error)
      await journal.deadLetter(entry, { ...(sqlstate && { sqlstate }), reason: (error as Error).message })
      events.tell('spend:quarantine', { callId: tryRecordOf(entry)?.callId ?? '', sqlstate, error })
    },
    onSettle({ written, quarantined, ms }) {
      count(written, 'written')
      count(quarantined, 'quarantined')
      const callIds = written.map((entry) => recordOf(entry).callId)
      if (written.length > 0) events.tell('spend:flush', { size: written.length, ms, callIds })
    },
  })
  return new Drain({
    source,
    batchSize,
    flushIntervalMs,
    retryDelayMs,
    // To regroup is to read the disk again: what was read is repeated as it is.
    retryAttempts: Number.POSITIVE_INFINITY,
    write: (entries) => write(entries.map(recordOf)),
    isAtFault,
    onRetry: ({ length }, attempt, error) => events.tell('spend:retry', { size: length, attempt, error }),
  })

  function count(entries: readonly JournalRecord[], how: 'written' | 'quarantined'): void {
    const ours = entries.filter(({ appendedAt }) => appendedAt >= openedAt)
    tally.settle(
      ours.map((entry) => tryRecordOf(entry) ?? { dollars: 0 }),
      how,
    )
    tally.found(entries.length - ours.length, how)
  }
}

const recordOf = memoizeByObject(({ payload }: JournalRecord): SpendRecord => readSpendRecord(payload.toString()))

function tryRecordOf(entry: JournalRecord): SpendRecord | undefined {
  try {
    return recordOf(entry)
  } catch {
    return undefined
  }
}

/** What the record of this payload charges; 0 of what is no record. */
export function dollarsIn(payload: Buffer): number {
  try {
    return readSpendRecord(payload.toString()).dollars
  } catch {
    return 0
  }
}

interface JournalSourceOptions {
  readonly journal: Journal
  /** Keeps a record that cannot be written. Safe to repeat. */
  quarantine(record: JournalRecord, error: unknown): Promise<void>
  /** A batch has left the journal. */
  onSettle(batch: SettledBatch): void
  /** Most of one batch, in bytes of payload. Default 8 MiB. */
  readonly maxBatchBytes?: number
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
  #batch: OpenBatch = { size: 0, position: 0, startedAt: 0, written: [], quarantined: [] }

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
    const { journal, maxBatchBytes = MAX_BATCH_BYTES } = this.#options
    const { records, position } = await journal.read(count, maxBatchBytes)
    this.#batch = { size: records.length, position, startedAt, written: [], quarantined: [] }
    return records
  }

  async written(records: readonly JournalRecord[]): Promise<void> {
    this.#batch.written.push(...records)
    await this.#acknowledge(this.#batch)
  }

  async refused(record: JournalRecord, error: unknown): Promise<void> {
    await this.#options.quarantine(record, error)
    this.#batch.quarantined.push(record)
    await this.#acknowledge(this.#batch)
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
