import type { MaybePromise } from '../../lib/maybe-promise.ts'
import { backoffMs, Pause, type RetryOptions } from './retry.ts'

/** Where items wait, oldest first. They leave in that order only, so their order is their number. */
export interface DrainSource<T> {
  /** Items that have not left, those that are being written among them. */
  readonly waiting: number
  /** How many items have ever left. */
  readonly settled: number
  /** The oldest items, at most `count`. They stay: asked again, it begins with the oldest that has not left. */
  head(count: number): MaybePromise<readonly T[]>
  /** The oldest items leave: they are written, which took `ms`. */
  written(items: readonly T[], ms: number): MaybePromise<void>
  /** The oldest item leaves: it is at fault itself, and is kept elsewhere or reported. */
  refused(item: T, error: unknown): MaybePromise<void>
}

export interface DrainOptions<T> extends RetryOptions {
  readonly source: DrainSource<T>
  /** Writes one batch. Must be all-or-nothing and safe to repeat, also in other groups. */
  write(batch: readonly T[]): Promise<void>
  /** Whether the fault is the batch's own, so that repeating it is in vain. It is halved until the bad item stands alone. */
  isAtFault(error: unknown): boolean
  /** So many waiting items are written without delay. */
  readonly batchSize: number
  /** Longest time an item waits before its write begins, when nothing else is being written. */
  readonly flushIntervalMs: number
  /** How many times `batchSize` a batch may hold when items have piled up. Default 10. */
  readonly piledUp?: number
  /** Hears of each failure; must not throw. `attempt` counts failures in a row. Without items the source has failed. */
  onRetry?(items: readonly T[], attempt: number, error: unknown): void
}

/** What has piled up goes in larger batches: each costs the database less, and it has fallen behind. */
const PILED_UP = 10

/**
 * Takes what waits in a source to where it is written: in order, one batch at a time. Whether the source is memory, a
 * journal or a Redis stream, this is the only place that retries, isolates an item at fault, and waits.
 *
 * A batch is cut when `batchSize` items wait, when `flushIntervalMs` has passed, or on `flush()`, and takes what has
 * piled up meanwhile with it. Its items leave when they are written or found to be at fault: an outage, however long,
 * loses nothing. While it lasts, pauses grow to 30 s. A source that fails is asked again in the same way.
 */
export class Drain<T> {
  readonly #options: DrainOptions<T>
  readonly #pause = new Pause()
  readonly #waiters = new Waiters()
  // Up to this item, counted from the first ever, nothing waits for a full batch.
  #due = 0
  #failures = 0
  #lastError: unknown
  // The size of the part that an outage interrupted while an item at fault was being isolated: the search goes on there.
  #narrowed: number | undefined
  #running: Promise<void> | undefined
  #timer: NodeJS.Timeout | undefined
  #stopped = false

  constructor(options: DrainOptions<T>) {
    this.#options = options
  }

  /** Why the last write failed; `undefined` once one has succeeded. */
  get lastError(): unknown {
    return this.#lastError
  }

  /** To be called when an item was added, and once at the start. Nothing is written within the call. */
  wake(): void {
    if (this.#stopped) return
    if (this.#isDue()) this.#running ??= this.#run()
    else this.#startTimer()
  }

  /** Like `wake`, when there is no time to wait for a full batch. */
  hurry(): void {
    this.#due = this.#accepted
    this.wake()
  }

  /** Resolves when everything that waits now has left. Ends a pause early. Pending for good once the drain has stopped. */
  flush(): Promise<void> {
    if (this.#options.source.waiting === 0) return Promise.resolve()
    const flushed = this.#waiters.whenReached(this.#accepted)
    this.#pause.end()
    this.hurry()
    return flushed
  }

  /** Resolves when nothing is being written. Ends a pause early. */
  async idle(): Promise<void> {
    this.#pause.end()
    await this.#running
  }

  /** Starts no more writes. What is being written stays in the source, even if it arrives. */
  stop(): void {
    this.#stopped = true
    this.#stopTimer()
    this.#pause.end()
  }

  /** Items have left the source in another way: who waits for them need not. */
  left(): void {
    this.#waiters.reached(this.#options.source.settled)
  }

  get #accepted(): number {
    return this.#options.source.settled + this.#options.source.waiting
  }

  #isDue(): boolean {
    const { source, batchSize } = this.#options
    return source.waiting >= batchSize || (source.waiting > 0 && source.settled < this.#due)
  }

  #startTimer(): void {
    this.#timer ??= setTimeout(() => {
      this.#timer = undefined
      this.hurry()
    }, this.#options.flushIntervalMs).unref()
  }

  #stopTimer(): void {
    clearTimeout(this.#timer)
    this.#timer = undefined
  }

  async #run(): Promise<void> {
    // Who has added an item goes on first.
    await undefined
    while (this.#isDue() && !this.#stopped) {
      try {
        await this.#settleHead()
      } catch (error) {
        await this.#rest([], error)
      }
    }
    this.#running = undefined
    if (this.#options.source.waiting > 0 && !this.#stopped) this.#startTimer()
  }

  /** Settles a batch from its head, or returns early to regroup when an outage outlasts `retryAttempts`. */
  async #settleHead(): Promise<void> {
    const { source, batchSize, piledUp = PILED_UP } = this.#options
    const size = this.#narrowed ?? batchSize * piledUp
    this.#narrowed = undefined
    const batch = await source.head(size)
    if (batch.length >= source.waiting) this.#stopTimer()
    const parts = batch.length > 0 ? [batch] : []
    for (let part = parts.pop(); part; part = parts.pop()) {
      const end = await this.#write(part)
      if (this.#stopped) return
      if (end === 'outage') {
        if (part.length < batch.length) this.#narrowed = part.length
        return
      }
      if ('ms' in end) await this.#settle(source.written(part, end.ms))
      else if (part.length > 1) parts.push(part.slice(part.length >> 1), part.slice(0, part.length >> 1))
      else for (const item of part) await this.#settle(source.refused(item, end.error))
    }
  }

  /** Until it is written, found to be at fault, or repeated often enough. */
  async #write(part: readonly T[]): Promise<{ ms: number } | { error: unknown } | 'outage'> {
    for (let attempt = 0; attempt <= this.#options.retryAttempts && !this.#stopped; attempt++) {
      const startedAt = performance.now()
      try {
        await this.#options.write(part)
      } catch (error) {
        if (this.#options.isAtFault(error)) return { error }
        await this.#rest(part, error)
        continue
      }
      this.#failures = 0
      this.#lastError = undefined
      return { ms: performance.now() - startedAt }
    }
    return 'outage'
  }

  async #settle(left: MaybePromise<void>): Promise<void> {
    try {
      await left
    } finally {
      this.left()
    }
  }

  async #rest(part: readonly T[], error: unknown): Promise<void> {
    if (this.#stopped) return
    this.#lastError = error
    this.#due = Math.max(this.#due, this.#options.source.settled + part.length)
    this.#options.onRetry?.(part, ++this.#failures, error)
    await this.#pause.take(backoffMs(this.#failures, this.#options, Math.random()), this.#waiters.some)
  }
}

/** Those who wait until a count, which only grows, has reached a number. */
class Waiters {
  readonly #waiting: { readonly until: number; resolve(): void }[] = []

  /** Whether somebody waits. */
  get some(): boolean {
    return this.#waiting.length > 0
  }

  /** Each call must wait for as much as the one before, or for more. */
  whenReached(until: number): Promise<void> {
    return new Promise((resolve) => this.#waiting.push({ until, resolve }))
  }

  reached(count: number): void {
    while (this.#waiting[0] && this.#waiting[0].until <= count) this.#waiting.shift()?.resolve()
  }
}
