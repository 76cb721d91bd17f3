import { mostAtOnce } from './batch/most-at-once.ts'
import { Pause } from './batch/pause.ts'
import { backoffMs, type RetryOptions } from './batch/retry.ts'
import { Waiters } from './batch/waiters.ts'
import type { Journal, JournalRecord } from './journal/journal.ts'

export interface JournalDrainOptions extends RetryOptions {
  readonly journal: Journal
  /** Writes records, all or none; safe to repeat, also in other groups. */
  write(records: readonly JournalRecord[]): Promise<void>
  /** Whether the fault is the records' own, so that repeating them is in vain. */
  isAtFault(error: unknown): boolean
  /** Keeps a record that cannot be written. Safe to repeat. */
  quarantine(record: JournalRecord, error: unknown): Promise<void>
  onRetry(size: number, attempt: number, error: unknown): void
  /** A batch has left the journal. */
  onSettle(batch: SettledBatch): void
  /** So many waiting records are written without delay. */
  readonly batchSize: number
  readonly flushIntervalMs: number
}

export interface SettledBatch {
  readonly written: readonly JournalRecord[]
  readonly quarantined: readonly JournalRecord[]
  readonly ms: number
}

const MAX_BATCH_BYTES = 8 * 1024 * 1024

/**
 * Takes records out of a journal, in order: a batch is acknowledged when each of its records is written or quarantined.
 * Nothing is given up. What was in doubt when the process ended is written again at the next start.
 */
export class JournalDrain {
  readonly #options: JournalDrainOptions
  readonly #pause = new Pause()
  readonly #waiters = new Waiters()
  #settled = 0
  // Up to this record, counted from the first of this process, nothing waits for a full batch.
  #due = 0
  #failures = 0
  #running = false
  #stopped = false
  #timer: NodeJS.Timeout | undefined

  constructor(options: JournalDrainOptions) {
    this.#options = options
  }

  /** To be called when a record was appended, and once at the start. */
  wake(): void {
    if (this.#stopped || this.#running) return
    if (this.#isDue()) void this.#run()
    else this.#startTimer()
  }

  /** Like `wake`, when there is no time to wait for a full batch. */
  hurry(): void {
    this.#due = this.#accepted
    this.wake()
  }

  /** Resolves when everything that is in the journal now is written or quarantined. Ends a pause early. */
  flush(): Promise<void> {
    const until = this.#accepted
    if (this.#settled >= until) return Promise.resolve()
    const flushed = this.#waiters.whenReached(until)
    this.#pause.end()
    this.hurry()
    return flushed
  }

  /** Starts no more writes. What is being written stays in the journal. */
  stop(): void {
    this.#stopped = true
    clearTimeout(this.#timer)
    this.#pause.end()
  }

  get #accepted(): number {
    return this.#settled + this.#options.journal.size.waitingRecords
  }

  #isDue(): boolean {
    const { waitingRecords } = this.#options.journal.size
    return waitingRecords >= this.#options.batchSize || (waitingRecords > 0 && this.#settled < this.#due)
  }

  #startTimer(): void {
    this.#timer ??= setTimeout(() => {
      this.#timer = undefined
      this.hurry()
    }, this.#options.flushIntervalMs).unref()
  }

  async #run(): Promise<void> {
    this.#running = true
    while (this.#isDue() && !this.#stopped) {
      try {
        await this.#settleBatch()
      } catch (error) {
        // Neither the database nor the records: the journal's disk. It is tried again like everything else.
        await this.#rest(0, error)
      }
    }
    this.#running = false
    if (!this.#stopped && this.#options.journal.size.waitingRecords > 0) this.#startTimer()
  }

  async #settleBatch(): Promise<void> {
    const { journal, batchSize, quarantine, onSettle } = this.#options
    const startedAt = performance.now()
    const { records, position } = await journal.read(mostAtOnce(batchSize), MAX_BATCH_BYTES)
    if (records.length === 0) return
    const written: JournalRecord[] = []
    const quarantined: JournalRecord[] = []
    const parts = [records]
    for (let part = parts.pop(); part; part = parts.pop()) {
      const failure = await this.#write(part)
      if (this.#stopped) return
      if (!failure) written.push(...part)
      else if (part.length > 1) parts.push(part.slice(part.length >> 1), part.slice(0, part.length >> 1))
      else {
        await quarantine(part[0]!, failure.error)
        quarantined.push(part[0]!)
      }
    }
    const acknowledged = journal.acknowledge(position)
    // Now, as the journal has just stopped to count them: `#accepted` must not see less in between.
    this.#settled += records.length
    try {
      await acknowledged
    } finally {
      onSettle({ written, quarantined, ms: performance.now() - startedAt })
      this.#waiters.reached(this.#settled)
    }
  }

  /** Until it is written, or the records are found to be at fault. */
  async #write(part: readonly JournalRecord[]): Promise<{ error: unknown } | undefined> {
    while (!this.#stopped) {
      try {
        await this.#options.write(part)
        this.#failures = 0
        return undefined
      } catch (error) {
        if (this.#options.isAtFault(error)) return { error }
        await this.#rest(part.length, error)
      }
    }
    return undefined
  }

  async #rest(size: number, error: unknown): Promise<void> {
    if (this.#stopped) return
    this.#options.onRetry(size, ++this.#failures, error)
    await this.#pause.take(backoffMs(this.#failures, this.#options, Math.random()), this.#waiters.some)
  }
}
