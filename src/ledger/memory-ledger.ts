import { toSpendRecord } from './record/spend-log-row.ts'
import type { SpendRecord } from './record/spend-record.ts'
import { SpendCounts, type SpendLedger } from './spend-counts.ts'
import { createSpendSink, type SpendSinkOptions } from './write/spend-sink.ts'

export type MemoryLedgerOptions = SpendSinkOptions

export interface MemoryLedger extends SpendLedger {
  push(record: SpendRecord): void
}

/**
 * Calls wait in memory. What a crash loses is what waits: at most `queueSize` calls, and while the database answers no
 * more than those of the last `flushIntervalMs` and what is being written. While it is away, calls beyond `queueSize` are dropped
 * and told.
 */
export function createMemoryLedger(
  options: MemoryLedgerOptions,
  tally: SpendCounts = new SpendCounts(options.events),
): MemoryLedger {
  const waiting = new WaitingCalls<SpendRecord>()
  const sink = createSpendSink({
    ...options,
    onSettle(records, how) {
      waiting.remove(records)
      tally.settle(records, how)
      options.onSettle?.(records, how)
    },
  })
  let closing: ReturnType<SpendLedger['close']> | undefined
  return {
    ready: async () => {},
    record: (event) => push(toSpendRecord(event, options)),
    push,
    flush: () => sink.flush(),
    gauges: () => tally.gauges({ queued: waiting.size, oldestMs: waiting.oldestMs, journalBytes: 0 }),
    close(timeoutMs) {
      closing ??= close(timeoutMs)
      return closing
    },
  }

  function push(record: SpendRecord): void {
    tally.take(record)
    waiting.add(record)
    sink.push(record)
  }

  async function close(timeoutMs?: number) {
    const { written, left, lost } = tally
    await sink.close(timeoutMs)
    return { flushed: tally.written - written, journaled: tally.left - left, lost: tally.lost - lost }
  }
}

/** The calls that wait in memory, oldest first. */
class WaitingCalls<T> {
  readonly #since = new Map<T, number>()

  get size(): number {
    return this.#since.size
  }

  add(call: T): void {
    this.#since.set(call, performance.now())
  }

  remove(calls: readonly T[]): void {
    for (const call of calls) this.#since.delete(call)
  }

  /** Age of the oldest; 0 when none waits. */
  get oldestMs(): number {
    const [oldest] = this.#since.values()
    return oldest === undefined ? 0 : performance.now() - oldest
  }
}
