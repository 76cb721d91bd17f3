import type { GatewayEvents } from '../../events.ts'
import type { RedisLock } from '../../lib/redis/redis-lock.ts'
import { withTimeout } from '../../lib/with-timeout.ts'
import { Pause } from '../batch/pause.ts'
import { backoffMs, type RetryOptions } from '../batch/retry.ts'
import { readSpendRecord } from '../record/spend-record.ts'
import { sqlstateOf } from '../spend-drain.ts'
import type { WriteRecords } from '../write/spend-writer.ts'
import { verdictOf } from '../write/sqlstates.ts'
import type { BatchStream, StreamBatch } from './batch-stream.ts'

export interface BufferDrainOptions extends Pick<RetryOptions, 'retryDelayMs'> {
  readonly stream: BatchStream
  readonly lock: RedisLock
  /** The lock is taken again this often. */
  readonly renewMs: number
  readonly write: WriteRecords
  readonly events: GatewayEvents
}

const BATCHES = 10
/** Pauses while there is nothing to write: they double. */
const IDLE_MS = { first: 5, longest: 50 } as const
/** A write that is on its way is given this long when the process ends; the batch stays pending. */
const STOP_MS = 2_000

/**
 * Takes the batches of all processes from Redis to the database, while this process holds the lock: first what the one
 * before has left pending, then what is new. Acknowledged after the commit, so a process that dies leaves it to the next.
 */
export class BufferDrain {
  readonly #options: BufferDrainOptions
  readonly #pause = new Pause()
  #held = false
  #stopped = false
  #failures = 0
  #renewing: NodeJS.Timeout | undefined
  #running: Promise<void> = Promise.resolve()

  constructor(options: BufferDrainOptions) {
    this.#options = options
  }

  start(): void {
    this.#renewing = setInterval(() => void this.#renew(), this.#options.renewMs).unref()
    this.#running = this.#run()
  }

  async stop(): Promise<void> {
    this.#stopped = true
    clearInterval(this.#renewing)
    this.#pause.end()
    await withTimeout(STOP_MS, this.#running, () => {})
    await this.#options.lock.release().catch(() => {})
  }

  async #renew(): Promise<void> {
    this.#held = await this.#options.lock.take().catch(() => false)
    if (this.#held) this.#pause.end()
  }

  async #run(): Promise<void> {
    await this.#renew()
    while (!this.#stopped) {
      try {
        if (this.#held) await this.#drain()
        else await this.#pause.take(this.#options.renewMs, false)
      } catch {
        // Redis: the senders notice the failure as well, and report it.
        this.#held = false
        await this.#pause.take(this.#options.renewMs, false)
      }
    }
  }

  async #drain(): Promise<void> {
    let which: 'pending' | 'new' = 'pending'
    let idleMs: number = IDLE_MS.first
    while (this.#held && !this.#stopped) {
      const batches = await this.#options.stream.read(which, BATCHES)
      if (batches.length > 0) {
        idleMs = IDLE_MS.first
        await this.#settle(batches)
      } else if (which === 'pending') {
        which = 'new'
      } else {
        await this.#pause.take(idleMs, false)
        idleMs = Math.min(idleMs * 2, IDLE_MS.longest)
      }
    }
  }

  /** Batches that the database refuses together are written one by one; one that it refuses alone is answered so. */
  async #settle(batches: readonly StreamBatch[]): Promise<void> {
    const { stream } = this.#options
    const failure = await this.#write(batches)
    if (this.#stopped && failure) return
    if (!failure) await stream.settle(batches)
    else if (batches.length === 1) await stream.settle(batches, refusalOf(failure.error))
    else for (const batch of batches) await this.#settle([batch])
  }

  /** Until it is written, found to be at fault, or time to stop. */
  async #write(batches: readonly StreamBatch[]): Promise<{ error: unknown } | undefined> {
    const { write, events, retryDelayMs } = this.#options
    for (;;) {
      try {
        await write(batches.flatMap(({ text }) => (text === '' ? [] : text.split('\n').map(readSpendRecord))))
        this.#failures = 0
        return undefined
      } catch (error) {
        if (this.#stopped || error instanceof SyntaxError || verdictOf(error) === 'data') return { error }
        events.tell('spend:retry', { size: batches.length, attempt: ++this.#failures, error })
        await this.#pause.take(backoffMs(this.#failures, { retryDelayMs }, Math.random()), false)
      }
    }
  }
}

function refusalOf(error: unknown): { code: string; message: string } {
  // "Program limit exceeded": a batch too long for one string.
  const code = sqlstateOf(error) ?? (error instanceof RangeError ? '54000' : '22023')
  return { code, message: (error as Error).message }
}
