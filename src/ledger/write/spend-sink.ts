import type { DropReason, GatewayEvents } from '../../events.ts'
import type { Json, SpendSink } from '../../types.ts'
import { MemoryQueue } from '../drain/memory-queue.ts'
import type { RetryOptions } from '../drain/retry.ts'
import { type RowOptions, toSpendRecord } from '../record/spend-log-row.ts'
import type { SpendRecord } from '../record/spend-record.ts'
import type { WriteRecords } from './spend-writer.ts'
import { isAtFault } from './verdict.ts'

export interface SpendSinkOptions extends RetryOptions, RowOptions {
  readonly events: GatewayEvents
  /** Calls kept while they wait; beyond it the newest is refused. */
  readonly queueSize: number
  readonly batchSize: number
  readonly flushIntervalMs: number
  /** How long `close` tries to write what is left. */
  readonly closeTimeoutMs: number
  /** Writes a batch, all or nothing, each call once however often it is sent. */
  readonly write: WriteRecords
  /** Takes what is left when the sink closes, for others to write. Resolves `false` when it cannot. */
  readonly leave?: (records: readonly SpendRecord[]) => Promise<boolean>
  /** Hears of each call's end before the events do: written, left to others, or given up for a reason. */
  readonly onSettle?: (records: readonly SpendRecord[], how: 'written' | 'left' | DropReason) => void
}

export interface RecordSink extends SpendSink {
  /** Like `record`, for a call that is made into a record already. */
  push(record: SpendRecord): void
  close(timeoutMs?: number): Promise<void>
}

/** Writes finished calls into LiteLLM's tables: log row, running totals and daily rows, exactly once per call. */
export function createSpendSink(options: SpendSinkOptions): RecordSink {
  const { events, onSettle } = options
  const queue = new MemoryQueue<SpendRecord>({
    write: options.write,
    isAtFault,
    maxQueue: options.queueSize,
    batchSize: options.batchSize,
    flushIntervalMs: options.flushIntervalMs,
    retryAttempts: options.retryAttempts,
    retryDelayMs: options.retryDelayMs,
    onFlush(batch, ms) {
      onSettle?.(batch, 'written')
      events.tell('spend:flush', { size: batch.length, ms, callIds: batch.map(({ callId }) => callId) })
    },
    async leave(rest) {
      const left = (await options.leave?.(rest)) ?? false
      if (left) onSettle?.(rest, 'left')
      return left
    },
    onRetry: (batch, attempt, error) => events.tell('spend:retry', { size: batch.length, attempt, error }),
    onDrop(dropped, reason, error) {
      onSettle?.(dropped, reason)
      tellDrop(events, dropped, reason, error)
    },
  })
  return {
    record(event) {
      try {
        queue.push(toSpendRecord(event, options))
      } catch (error) {
        events.tell('spend:drop', { callIds: [event.callId], rows: () => [], reason: 'rejected', error })
      }
    },
    push: (record) => void queue.push(record),
    flush: () => queue.flush(),
    close: (timeoutMs = options.closeTimeoutMs) => queue.close(timeoutMs),
  }
}

export function tellDrop(
  events: GatewayEvents,
  dropped: readonly SpendRecord[],
  reason: DropReason,
  error?: unknown,
): void {
  events.tell('spend:drop', {
    callIds: dropped.map(({ callId }) => callId),
    rows: () => dropped.map(({ text }) => withoutPrompts(JSON.parse(text))),
    reason,
    error,
  })
}

function withoutPrompts({ proxy_server_request, response, messages, ...row }: Json): Json {
  return row
}
