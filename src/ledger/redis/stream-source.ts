import { SQLSTATE, sqlstateOf } from '../../database/sqlstates.ts'
import type { RedisLock } from '../../lib/redis/redis-lock.ts'
import type { DrainSource } from '../drain/drain.ts'
import { Pause } from '../drain/retry.ts'
import type { BatchStream, StreamBatch } from './batch-stream.ts'

export interface StreamSourceOptions {
  readonly stream: BatchStream
  readonly lock: RedisLock
  /** The lock is taken again this often. */
  readonly renewMs: number
}

/** Pauses while there is nothing to write: they double. */
const IDLE_MS = { first: 5, longest: 50 } as const

/**
 * The batches of all processes in Redis, to be drained by the process that holds the lock: first what the one before has
 * left pending, then what is new. A batch is acknowledged when it is written, so a process that dies leaves it to the
 * next. How many wait is not known: `head` waits until there is one, and resolves with none at the end only.
 */
export class StreamSource implements DrainSource<StreamBatch> {
  readonly #options: StreamSourceOptions
  readonly #pause = new Pause()
  #renewing: NodeJS.Timeout | undefined
  #held = false
  #which: 'pending' | 'new' = 'pending'
  #ended = false
  readonly settled = 0

  constructor(options: StreamSourceOptions) {
    this.#options = options
  }

  get waiting(): number {
    return this.#ended ? 0 : Number.POSITIVE_INFINITY
  }

  get ended(): boolean {
    return this.#ended
  }

  async start(): Promise<void> {
    this.#renewing = setInterval(() => void this.#renew(), this.#options.renewMs).unref()
    await this.#renew()
  }

  /** No more batches come. Those that were given can still be settled. */
  end(): void {
    this.#ended = true
    clearInterval(this.#renewing)
    this.#pause.end()
  }

  async release(): Promise<void> {
    await this.#options.lock.release().catch(() => {})
  }

  async head(count: number): Promise<readonly StreamBatch[]> {
    let idleMs: number = IDLE_MS.first
    while (!this.#ended) {
      const batches = this.#held && (await this.#read(count))
      if (!batches) await this.#pause.take(this.#options.renewMs, false)
      else if (batches.length > 0) return batches
      else if (this.#which === 'pending') this.#which = 'new'
      else {
        await this.#pause.take(idleMs, false)
        idleMs = Math.min(idleMs * 2, IDLE_MS.longest)
      }
    }
    return []
  }

  written(batches: readonly StreamBatch[]): Promise<void> {
    return this.#settle(batches)
  }

  refused(batch: StreamBatch, error: unknown): Promise<void> {
    // "Program limit exceeded": a batch too long for one string. "Invalid parameter value": none of the database's.
    const code = sqlstateOf(error) ?? (error instanceof RangeError ? SQLSTATE.tooLarge : SQLSTATE.invalidParameter)
    return this.#settle([batch], { code, message: (error as Error).message })
  }

  async #settle(batches: readonly StreamBatch[], refusal?: { code: string; message: string }): Promise<void> {
    await this.#options.stream.settle(batches, refusal).catch(() => this.#lose())
  }

  async #read(count: number): Promise<readonly StreamBatch[] | undefined> {
    try {
      return await this.#options.stream.read(this.#which, count)
    } catch {
      this.#lose()
      return undefined
    }
  }

  async #renew(): Promise<void> {
    if (!(await this.#options.lock.take().catch(() => false))) this.#lose()
    else if (!this.#held) {
      this.#held = true
      this.#pause.end()
    }
  }

  /** The lock, or Redis: the senders notice the failure as well, and report it. What was read is pending there. */
  #lose(): void {
    this.#held = false
    this.#which = 'pending'
  }
}
