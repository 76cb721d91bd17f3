import type { DropReason, GatewayEvents } from '../../events.ts'
import type { DrainOptions } from '../../ledger/drain/drain.ts'
import type { OwnJournalOptions } from '../../ledger/own-journal.ts'
import type { SetAside } from '../../ledger/set-aside.ts'
import { type Delivery, DeliveryError, type DeliverySink, isRefused } from './delivery.ts'
import type { OutboxTable } from './outbox-table.ts'

export interface OutboxOptions {
  /** The callback's. */
  readonly name: string
  readonly sink: DeliverySink
  readonly events: GatewayEvents
  /** Where deliveries wait: in a journal or in a table of the database. Absent: in memory. */
  readonly journal?: OwnJournalOptions['journal']
  readonly table?: OutboxTable
  /** Deliveries that wait in memory, or of one process in the table; beyond it the newest is dropped. */
  readonly queueSize: number
  /** Pause before the first repetition; it grows to 30 s, with jitter. */
  readonly retryDelayMs: number
  /** A batch that takes longer has failed. */
  readonly timeoutMs: number
  /** Of a sink that does not say them itself. Defaults: 512 and 5 s, as in LiteLLM. */
  readonly batchSize?: number
  readonly flushIntervalMs?: number
}

export interface OpenedOutbox extends OutboxOptions {
  /** What is being delivered is given up. */
  readonly stopped: AbortSignal
}

/** What a callback has been told since the start of this process, and what waits. */
export interface OutboxGauges {
  readonly waiting: number
  /** Age of the oldest that waits in a journal; 0 in memory. */
  readonly oldestMs: number
  readonly delivered: number
  readonly retries: number
  readonly refused: number
  readonly dropped: number
}

/** The deliveries of one callback. */
export interface Outbox {
  readonly name: string
  readonly hears: DeliverySink['hears']
  /** Resolves when the delivery is as safe as the outbox makes it. Never rejects. */
  add(delivery: Delivery): Promise<void>
  gauges(): OutboxGauges
  /** What its destination has refused for good. Absent: nothing is kept of it. */
  readonly setAside?: SetAside
  /** Resolves when what waits now has been delivered, refused or dropped. */
  flush(): Promise<void>
  /** Delivers for at most `timeoutMs`, then leaves the rest in the journal; in memory the rest is dropped and told. */
  close(timeoutMs: number): Promise<void>
}

/** LiteLLM's, but for the bytes, which it does not bound. */
const BATCH_SIZE = 512
export const BATCH_BYTES = 4 << 20
const FLUSH_INTERVAL_MS = 5_000

/** What became of the deliveries of one outbox. */
export class DeliveryCounts {
  delivered = 0
  retries = 0
  refused = 0
  dropped = 0
}

export function drainOptions<T>(
  options: OpenedOutbox,
  counts: DeliveryCounts,
  read: (items: readonly T[]) => readonly Delivery[],
): Omit<DrainOptions<T>, 'source'> {
  const { name, sink, events, retryDelayMs, batchSize, flushIntervalMs } = options
  return {
    batchSize: sink.batchSize ?? batchSize ?? BATCH_SIZE,
    flushIntervalMs: sink.flushIntervalMs ?? flushIntervalMs ?? FLUSH_INTERVAL_MS,
    // Who is told gets no more at once because more has piled up.
    piledUp: 1,
    retryDelayMs,
    retryAttempts: Number.POSITIVE_INFINITY,
    write: (items) => deliver(options, read(items)),
    isAtFault: isRefused,
    onRetry({ length: size }, attempt, error) {
      counts.retries++
      events.tell('delivery:retry', { callback: name, size, attempt, error })
    },
  }
}

/** A sink that does not hear the signal is not waited for either. */
async function deliver({ sink, timeoutMs, stopped }: OpenedOutbox, batch: readonly Delivery[]): Promise<void> {
  const abort = new AbortController()
  const { promise, reject } = Promise.withResolvers<never>()
  const giveUp = (why: string) => {
    abort.abort()
    reject(new DeliveryError(why))
  }
  const stop = () => giveUp('The gateway closes')
  stopped.addEventListener('abort', stop)
  const timer = setTimeout(() => giveUp(`No answer within ${timeoutMs} ms`), timeoutMs)
  try {
    await Promise.race([sink.deliver(batch, abort.signal), promise])
  } finally {
    clearTimeout(timer)
    stopped.removeEventListener('abort', stop)
  }
}

export function refuse({ name, events }: OpenedOutbox, counts: DeliveryCounts, callId: string, error: unknown): void {
  counts.refused++
  events.tell('delivery:refused', { callback: name, callId, error })
}

export function drop(
  { name, events }: OpenedOutbox,
  counts: DeliveryCounts,
  dropped: readonly Delivery[],
  reason: DropReason,
  error?: unknown,
): void {
  counts.dropped += dropped.length
  events.tell('delivery:drop', { callback: name, callIds: dropped.map(({ id }) => id), reason, error })
}
