import { Drain, type DrainSource } from '../../ledger/drain/drain.ts'
import type { MemoryQueue } from '../../ledger/drain/memory-queue.ts'
import { untilDone } from '../../lib/maybe-promise.ts'
import { withTimeout } from '../../lib/with-timeout.ts'
import type { Delivery } from './delivery.ts'
import {
  BATCH_BYTES,
  type DeliveryCounts,
  drainOptions,
  drop,
  type OpenedOutbox,
  type Outbox,
  type OutboxOptions,
  refuse,
} from './outbox-drain.ts'
import type { OutboxTable } from './outbox-table.ts'
import type { WaitingRow } from './sql/next-deliveries.ts'

type Tabled = OpenedOutbox & Required<Pick<OutboxOptions, 'table'>>

/** Deliveries wait in the database. What it does not take in time waits in memory. */
export function tableOutbox(options: Tabled, memory: MemoryQueue<Delivery>, counts: DeliveryCounts): Outbox {
  const { name, sink, table, queueSize } = options
  const source = new TableSource(options, counts)
  const drain = new Drain({
    ...drainOptions<WaitingRow>(options, counts, (rows) =>
      rows.map(({ delivery }) => JSON.parse(delivery) as Delivery),
    ),
    source,
  })
  const adding = new Set<Promise<unknown>>()
  table.join(name, (found) => arrived(found))

  return {
    name,
    hears: sink.hears,
    add: (delivery) => untilDone(adding, keep(delivery)),
    gauges: () => ({ ...counts, waiting: source.waiting + memory.size, oldestMs: source.oldestMs }),
    flush,
    async close(timeoutMs) {
      await withTimeout(timeoutMs, flush(), () => {})
      drain.stop()
      await memory.close(0)
    },
  }

  async function keep(delivery: Delivery): Promise<void> {
    if (source.waiting >= queueSize) return drop(options, counts, [delivery], 'overflow')
    try {
      await table.add({ callback: name, call_id: delivery.id, delivery: JSON.stringify(delivery) })
      arrived(1)
    } catch {
      memory.push(delivery)
    }
  }

  function arrived(count: number): void {
    source.added(count)
    drain.wake()
  }

  async function flush(): Promise<void> {
    await Promise.all([...adding])
    await Promise.all([drain.flush(), memory.flush()])
  }
}

/** The deliveries of one callback in the table, to be drained. It counts those of this process: no other takes of them. */
class TableSource implements DrainSource<WaitingRow> {
  readonly #options: Tabled
  readonly #counts: DeliveryCounts
  readonly #table: OutboxTable
  #waiting = 0
  #settled = 0
  #oldestAt = 0
  // Made, and not yet known to be gone: they must not be read again.
  #made: string[] = []

  constructor(options: Tabled, counts: DeliveryCounts) {
    this.#options = options
    this.#counts = counts
    this.#table = options.table
  }

  get waiting(): number {
    return this.#waiting
  }

  get settled(): number {
    return this.#settled
  }

  get oldestMs(): number {
    return this.#waiting === 0 ? 0 : Math.max(0, Date.now() - this.#oldestAt)
  }

  /** So many more are in the table. */
  added(count: number): void {
    if (this.#waiting === 0) this.#oldestAt = Date.now()
    this.#waiting += count
  }

  async head(count: number): Promise<readonly WaitingRow[]> {
    await this.#removeMade()
    const { name, sink } = this.#options
    const before = this.#waiting
    const rows = await this.#table.next(name, count, sink.batchBytes ?? BATCH_BYTES)
    // Another process has taken the rest for that of a dead one.
    if (!rows[0]) this.#left(before)
    else this.#oldestAt = rows[0].kept_at.getTime()
    return rows
  }

  async written(rows: readonly WaitingRow[], ms: number): Promise<void> {
    const { name, events } = this.#options
    this.#made.push(...rows.map(({ id }) => id))
    this.#left(rows.length)
    this.#counts.delivered += rows.length
    events.tell('delivery:done', { callback: name, size: rows.length, ms })
    await this.#removeMade()
  }

  async refused(row: WaitingRow, error: unknown): Promise<void> {
    await this.#table.refuse(row.id, (error as Error).message)
    this.#left(1)
    refuse(this.#options, this.#counts, row.call_id, error)
  }

  #left(count: number): void {
    this.#waiting = Math.max(0, this.#waiting - count)
    this.#settled += count
  }

  async #removeMade(): Promise<void> {
    if (this.#made.length === 0) return
    const gone = this.#made.slice()
    await this.#table.remove(gone)
    this.#made = this.#made.slice(gone.length)
  }
}
