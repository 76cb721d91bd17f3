import type { GatewayEvents } from '../../events.ts'
import { withTimeout } from '../../lib/with-timeout.ts'
import { Drain } from '../drain/drain.ts'
import type { RetryOptions } from '../drain/retry.ts'
import { readSpendRecord } from '../record/spend-record.ts'
import type { WriteRecords } from '../write/spend-writer.ts'
import { isAtFault } from '../write/verdict.ts'
import type { StreamBatch } from './batch-stream.ts'
import type { StreamSource } from './stream-source.ts'

export interface BufferDrainOptions extends Pick<RetryOptions, 'retryDelayMs'> {
  readonly source: StreamSource
  readonly write: WriteRecords
  readonly events: GatewayEvents
}

export interface BufferDrain {
  /** Lets a write that is on its way end, for a moment; what it does not settle stays pending in Redis. */
  stop(): Promise<void>
}

/** A write that is on its way is given this long when the process ends. */
const STOP_MS = 2_000

/** Takes the batches of all processes from Redis to the database, while this process holds the lock there. */
export function startBufferDrain({ source, write, events, retryDelayMs }: BufferDrainOptions): BufferDrain {
  const drain = new Drain<StreamBatch>({
    source,
    // Each batch was collected by its sender: none waits for others, and several that wait go together.
    batchSize: 1,
    flushIntervalMs: 0,
    retryDelayMs,
    retryAttempts: Number.POSITIVE_INFINITY,
    isAtFault,
    async write(batches) {
      try {
        await write(batches.flatMap(({ text }) => (text === '' ? [] : text.split('\n').map(readSpendRecord))))
      } catch (error) {
        // Another process repeats it.
        if (source.ended) drain.stop()
        throw error
      }
    },
    onRetry: ({ length }, attempt, error) => events.tell('spend:retry', { size: length, attempt, error }),
  })
  void source.start()
  drain.wake()
  return {
    async stop() {
      source.end()
      await withTimeout(STOP_MS, drain.idle(), () => {})
      drain.stop()
      await source.release()
    },
  }
}
