import type { DropReason } from '../../events.ts'
import { withTimeout } from '../../lib/with-timeout.ts'
import { mostAtOnce } from './most-at-once.ts'
import { Pause } from './pause.ts'
import { backoffMs, type RetryOptions } from './retry.ts'
import { TrackedQueue } from './tracked-queue.ts'

export interface BatchWriterOptions<T> extends RetryOptions {
  /** Writes one batch. Must be all-or-nothing and safe to repeat, also in other groups. */
  write(batch: readonly T[]): Promise<void>
  /** Whether the fault lies outside the batch. A batch at fault is halved until the bad item stands alone. */
  isTransient(error: unknown): boolean
  /** Most items kept, waiting and in flight together. */
  readonly maxQueue: number
  /** So many waiting items are written without delay. */
  readonly batchSize: number
  /** Longest time an item waits before its write begins, when the writer is idle. */
  readonly flushIntervalMs: number
  /** Is offered what is left when the writer closes. Resolves `true` when it has taken it: then it is not dropped. */
  leave?(items: readonly T[]): Promise<boolean>
  // These only hear of it, and must not throw.
  onFlush?(batch: readonly T[], ms: number): void
  /** `attempt` counts the failures in a row. */
  onRetry?(batch: readonly T[], attempt: number, error: unknown): void
  onDrop?(items: readonly T[], reason: DropReason, error?: unknown): void
}

/**
 * Collects items and writes them in batches, in the order of arrival, one batch at a time.
 *
 * A batch is cut when `batchSize` items wait, when `flushIntervalMs` has passed, or on `flush()`, and takes what has
 * piled up meanwhile with it, see `mostAtOnce`. An item stays at the head of the queue until it is written or found to
 * be at fault: an outage, however long, drops nothing. While it lasts, pauses grow to 30 s and a full queue refuses the
 * newest item. Nothing here knows about LLMs or SQL.
 */
export class BatchWriter<T> {
  readonly #options: BatchWriterOptions<T>
  readonly #queue = new TrackedQueue<T>()
  readonly #pause = new Pause()
  // Up to this item, counted from the first ever, nothing waits for a full batch.
  #due = 0
  #failures = 0
  #lastError: unknown
  // The size of the part that an outage interrupted while a poison item was being isolated: the search goes on there.
  #narrowed: number | undefined
  #running = false
  #interval: NodeJS.Timeout | undefined
  #closing: Promise<void> | undefined
  #gaveUp = false

  constructor(options: BatchWriterOptions<T>) {
    this.#options = options
  }

  /** Items kept, waiting and in flight together. */
  get size(): number {
    return this.#queue.size
  }

  /** Never blocks and never throws. `false` when the item was refused, after `onDrop`. */
  push(item: T): boolean {
    if (this.#closing !== undefined) return this.#refuse(item, 'closed')
    if (this.#queue.size >= this.#options.maxQueue) return this.#refuse(item, 'overflow')
    this.#queue.add(item)
    this.#startInterval()
    if (this.#isDue()) this.#start()
    return true
  }

  /** Resolves when everything pushed before the call is written, or reported as dropped. Ends a pause early. */
  flush(): Promise<void> {
    const flushed = this.#queue.whenSettled()
    this.#startAll()
    this.#pause.end()
    return flushed
  }

  /**
   * Stops accepting items, flushes for at most `timeoutMs`, then reports what is left, the batch in flight included:
   * whether that one arrived is not known. Safe to call twice.
   */
  close(timeoutMs: number): Promise<void> {
    this.#closing ??= this.#close(timeoutMs)
    return this.#closing
  }

  async #close(timeoutMs: number): Promise<void> {
    await withTimeout(timeoutMs, this.flush(), () => {})
    this.#stopInterval()
    this.#gaveUp = true
    this.#pause.end()
    if (this.#queue.size === 0) return
    if (await this.#options.leave?.(this.#queue.head(this.#queue.size))) this.#queue.settle(this.#queue.size)
    else this.#drop(this.#queue.size, 'closed', this.#lastError)
  }

  #isDue(): boolean {
    const { size, settled } = this.#queue
    return size >= this.#options.batchSize || (size > 0 && settled < this.#due)
  }

  #startInterval(): void {
    this.#interval ??= setTimeout(() => {
      this.#interval = undefined
      this.#startAll()
    }, this.#options.flushIntervalMs).unref()
  }

  #stopInterval(): void {
    clearTimeout(this.#interval)
    this.#interval = undefined
  }

  #startAll(): void {
    this.#due = this.#queue.accepted
    this.#start()
  }

  #start(): void {
    if (!this.#running) void this.#run()
  }

  async #run(): Promise<void> {
    this.#running = true
    // The caller of push() goes on first.
    await undefined
    while (this.#isDue() && !this.#gaveUp) {
      const most = mostAtOnce(this.#options.batchSize)
      if (this.#queue.size <= most) this.#stopInterval()
      const size = this.#narrowed ?? most
      this.#narrowed = undefined
      await this.#writeBatch(this.#queue.head(size))
    }
    this.#running = false
    if (this.#queue.size > 0 && !this.#gaveUp) this.#startInterval()
  }

  /** Settles the batch from its head, or returns early to regroup when the outage outlasts `retryAttempts`. */
  async #writeBatch(batch: readonly T[]): Promise<void> {
    const parts = [batch]
    for (let part = parts.pop(); part; part = parts.pop()) {
      const failure = await this.#writePart(part)
      if (this.#gaveUp) return
      if (!failure) this.#queue.settle(part.length)
      else if (this.#options.isTransient(failure.error)) {
        if (part.length < batch.length) this.#narrowed = part.length
        return
      } else if (part.length === 1) this.#drop(1, 'rejected', failure.error)
      else parts.push(part.slice(part.length >> 1), part.slice(0, part.length >> 1))
    }
  }

  async #writePart(part: readonly T[]): Promise<{ error: unknown } | undefined> {
    const { write, isTransient, retryAttempts, onFlush, onRetry } = this.#options
    for (let attempt = 0; ; attempt++) {
      const startedAt = performance.now()
      try {
        await write(part)
      } catch (error) {
        if (this.#gaveUp || !isTransient(error)) return { error }
        this.#lastError = error
        this.#due = Math.max(this.#due, this.#queue.settled + part.length)
        onRetry?.(part, ++this.#failures, error)
        await this.#pause.take(backoffMs(this.#failures, this.#options, Math.random()), this.#queue.awaited)
        if (this.#gaveUp || attempt >= retryAttempts) return { error }
        continue
      }
      if (this.#gaveUp) return undefined
      this.#failures = 0
      this.#lastError = undefined
      onFlush?.(part, performance.now() - startedAt)
      return undefined
    }
  }

  #drop(count: number, reason: DropReason, error: unknown): void {
    this.#options.onDrop?.(this.#queue.head(count), reason, error)
    this.#queue.settle(count)
  }

  #refuse(item: T, reason: DropReason): false {
    this.#options.onDrop?.([item], reason, this.#lastError)
    return false
  }
}
