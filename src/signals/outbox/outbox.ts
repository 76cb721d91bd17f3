import { Drain } from '../../ledger/drain/drain.ts'
import { MemoryQueue } from '../../ledger/drain/memory-queue.ts'
import type { JournalRecord } from '../../ledger/journal/journal.ts'
import type { ProcessJournal } from '../../ledger/journal/process-journals.ts'
import { leaveJournals, ownJournal } from '../../ledger/own-journal.ts'
import { setAsideOf } from '../../ledger/set-aside.ts'
import { JournalSource } from '../../ledger/spend-drain.ts'
import { untilDone } from '../../lib/maybe-promise.ts'
import { withTimeout } from '../../lib/with-timeout.ts'
import type { Delivery } from './delivery.ts'
import {
  BATCH_BYTES,
  DeliveryCounts,
  drainOptions,
  drop,
  type OpenedOutbox,
  type Outbox,
  type OutboxOptions,
  refuse,
} from './outbox-drain.ts'
import { tableOutbox } from './table-outbox.ts'

export type { Outbox, OutboxGauges } from './outbox-drain.ts'

/**
 * Keeps deliveries until their sink has taken them: in order, one batch at a time, again and again with growing pauses. A
 * crash between a delivery and the note that it was made repeats it, so it arrives at least once. What the sink refuses
 * for good is isolated, and does not hold up the others. A sink that hangs holds up nobody but itself.
 */
export function createOutbox(given: OutboxOptions): Outbox {
  const counts = new DeliveryCounts()
  const stopping = new AbortController()
  const options: OpenedOutbox = { ...given, stopped: stopping.signal }
  const memory = memoryQueue(options, counts)
  const outbox = opened()
  return {
    ...outbox,
    get hears() {
      return given.sink.hears
    },
    async close(timeoutMs) {
      await outbox.close(timeoutMs)
      stopping.abort()
    },
  }

  function opened(): Outbox {
    const { journal, table } = options
    if (table) return tableOutbox({ ...options, table }, memory, counts)
    return journal ? journalOutbox({ ...options, journal }, memory, counts) : memoryOutbox(options, memory, counts)
  }
}

function memoryOutbox({ name, sink }: OpenedOutbox, memory: MemoryQueue<Delivery>, counts: DeliveryCounts): Outbox {
  return {
    name,
    get hears() {
      return sink.hears
    },
    add: async (delivery) => void memory.push(delivery),
    gauges: () => ({ ...counts, waiting: memory.size, oldestMs: 0 }),
    flush: () => memory.flush(),
    close: (timeoutMs) => memory.close(timeoutMs),
  }
}

type Journaled = OpenedOutbox & Required<Pick<OutboxOptions, 'journal'>>

function journalOutbox(options: Journaled, memory: MemoryQueue<Delivery>, counts: DeliveryCounts): Outbox {
  const { name, sink, events, journal } = options
  const own = ownJournal({
    journal,
    tell: (notice) => events.tell('delivery:journal', { ...notice, callback: name }),
    createDrain: (one) => journalDrain(one, options, counts),
  })
  const appends = new Set<Promise<unknown>>()

  return {
    name,
    get hears() {
      return sink.hears
    },
    setAside: setAsideOf(own),
    add(delivery) {
      const kept = keep(delivery).catch((error: unknown) => drop(options, counts, [delivery], 'unwritable', error))
      return untilDone(appends, kept)
    },
    gauges() {
      const sizes = own.opened ? [own.opened.journal.size, own.opened.adopter.size] : []
      return {
        ...counts,
        waiting: sizes.reduce((sum, { waitingRecords }) => sum + waitingRecords, memory.size),
        oldestMs: Math.max(0, ...sizes.map(({ oldestWaitingMs }) => oldestWaitingMs)),
      }
    },
    flush,
    async close(timeoutMs) {
      const until = performance.now() + timeoutMs
      const left = () => Math.max(0, until - performance.now())
      await withTimeout(timeoutMs, flush(), () => {})
      const opened = own.stopOpening()
      opened?.drain.stop()
      await memory.close(left())
      await leaveJournals(opened, left())
    },
  }

  async function flush(): Promise<void> {
    await own.firstAttempt
    await Promise.all([...appends])
    await Promise.all([own.opened?.drain.flush(), memory.flush()])
  }

  async function keep(delivery: Delivery): Promise<void> {
    if (!own.opened) await own.firstAttempt
    const { opened } = own
    if (!opened) return void memory.push(delivery)
    if (await opened.journal.append(JSON.stringify(delivery))) opened.drain.wake()
    else drop(options, counts, [delivery], 'overflow')
  }
}

function journalDrain(
  journal: ProcessJournal['journal'],
  options: OpenedOutbox,
  counts: DeliveryCounts,
): Drain<JournalRecord> {
  const { name, sink, events } = options
  const source = new JournalSource({
    journal,
    maxBatchBytes: sink.batchBytes ?? BATCH_BYTES,
    async quarantine(entry, error) {
      await journal.deadLetter(entry, { reason: (error as Error).message })
      refuse(options, counts, idIn(entry), error)
    },
    onSettle({ written, ms }) {
      if (written.length === 0) return
      counts.delivered += written.length
      events.tell('delivery:done', { callback: name, size: written.length, ms })
    },
  })
  return new Drain({
    ...drainOptions<JournalRecord>(options, counts, (entries) =>
      entries.map(({ payload }) => JSON.parse(payload.toString()) as Delivery),
    ),
    source,
  })
}

function memoryQueue(options: OpenedOutbox, counts: DeliveryCounts): MemoryQueue<Delivery> {
  const { name, events, queueSize } = options
  return new MemoryQueue<Delivery>({
    ...drainOptions<Delivery>(options, counts, (batch) => batch),
    maxQueue: queueSize,
    onFlush(batch, ms) {
      counts.delivered += batch.length
      events.tell('delivery:done', { callback: name, size: batch.length, ms })
    },
    onDrop(dropped, reason, error) {
      if (reason === 'rejected') for (const { id } of dropped) refuse(options, counts, id, error)
      else drop(options, counts, dropped, reason, error)
    },
  })
}

function idIn({ payload }: JournalRecord): string {
  try {
    return String((JSON.parse(payload.toString()) as Delivery).id)
  } catch {
    return ''
  }
}
