import type { DropReason } from '../../events.ts'
import { withTimeout } from '../../lib/with-timeout.ts'
import { Drain, type DrainOptions, type DrainSource } from './drain.ts'

export interface MemoryQueueOptions<T> extends Omit<DrainOptions<T>, 'source'> {
  /** Most items kept, waiting and in flight together. */
  readonly maxQueue: number
  /** Is offered what is left when the queue closes. Resolves `true` when it has taken it: then it is not dropped. */
  leave?(items: readonly T[]): Promise<boolean>
  // These only hear of it, and must not throw.
  onFlush?(batch: readonly T[], ms: number): void
  onDrop?(items: readonly T[], reason: DropReason, error?: unknown): void
}

/**
 * Items that wait in memory to be drained. A full queue refuses the newest item, and one that is closed every item.
 * Nothing here knows about LLMs or SQL.
 */
export class MemoryQueue<T> {
  readonly #options: MemoryQueueOptions<T>
  readonly #items: T[] = []
  readonly #drain: Drain<T>
  #settled = 0
  #closing: Promise<void> | undefined

  constructor(options: MemoryQueueOptions<T>) {
    this.#options = options
    this.#drain = new Drain({ ...options, source: this.#source() })
  }

  /** Items kept, waiting and in flight together. */
  get size(): number {
    return this.#items.length
  }

  /** Never blocks and never throws. `false` when the item was refused, after `onDrop`. */
  push(item: T): boolean {
    if (this.#closing !== undefined) return this.#refuse(item, 'closed')
    if (this.size >= this.#options.maxQueue) return this.#refuse(item, 'overflow')
    this.#items.push(item)
    this.#drain.wake()
    return true
  }

  /** Resolves when everything pushed before the call is written, or reported as dropped. Ends a pause early. */
  flush(): Promise<void> {
    return this.#drain.flush()
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
    this.#drain.stop()
    if (this.size === 0) return
    const { leave, onDrop } = this.#options
    const left = this.#items.slice()
    if (!(await leave?.(left))) onDrop?.(left, 'closed', this.#drain.lastError)
    this.#settle(left.length)
    this.#drain.left()
  }

  #source(): DrainSource<T> {
    const queue = this
    const { onFlush, onDrop } = this.#options
    return {
      get waiting() {
        return queue.size
      },
      get settled() {
        return queue.#settled
      },
      head: (count) => this.#items.slice(0, count),
      written: (items, ms) => {
        onFlush?.(items, ms)
        this.#settle(items.length)
      },
      refused: (item, error) => {
        onDrop?.([item], 'rejected', error)
        this.#settle(1)
      },
    }
  }

  #settle(count: number): void {
    this.#settled += this.#items.splice(0, count).length
  }

  #refuse(item: T, reason: DropReason): false {
    this.#options.onDrop?.([item], reason, this.#drain.lastError)
    return false
  }
}
