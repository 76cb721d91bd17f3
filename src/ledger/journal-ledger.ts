import type { DropReason } from '../events.ts'
import { untilDone } from '../lib/maybe-promise.ts'
import { withTimeout } from '../lib/with-timeout.ts'
import type { SpendClosing, SpendEvent } from '../types.ts'
import { JournalError, type JournalErrorCode } from './journal/journal-error.ts'
import { createMemoryLedger, type MemoryLedgerOptions } from './memory-ledger.ts'
import { leaveJournals, type OpenedJournal, type OwnJournalOptions, ownJournal } from './own-journal.ts'
import { toSpendRecord } from './record/spend-log-row.ts'
import type { SpendRecord } from './record/spend-record.ts'
import { setAsideOf } from './set-aside.ts'
import { SpendCounts, type SpendLedger, type WaitingGauges } from './spend-counts.ts'
import { createSpendDrain, dollarsIn } from './spend-drain.ts'
import { tellDrop } from './write/spend-sink.ts'

export interface JournalLedgerOptions extends MemoryLedgerOptions {
  readonly journal: OwnJournalOptions['journal']
}

/** What a refused append means for the call. Others go to the memory queue: they say nothing about room or disk. */
const REFUSALS: Partial<Record<JournalErrorCode, DropReason>> = { full: 'overflow', write_failed: 'unwritable' }

/**
 * A response waits until its call is in the journal, as safe as `fsync` says; from there it goes to the database, which
 * may be away for as long as the journal has room. A crash loses nothing whose response has ended; a power cut nothing
 * either with `always`, at most about `fsyncIntervalMs` with `interval`.
 *
 * Several processes may share the directory: each has a journal of its own in it, and adopts those of dead processes.
 * While the directory cannot be opened, calls wait in memory, `journal:unavailable` is told, and it is tried again.
 */
export function createJournalLedger(options: JournalLedgerOptions): SpendLedger {
  const { events, journal } = options
  const tally = new SpendCounts(events)
  const memory = createMemoryLedger(options, tally)
  const appends = new Set<Promise<unknown>>()
  const own = ownJournal({
    journal,
    tell: (notice) => events.tell('spend:journal', notice),
    createDrain: (one) => createSpendDrain(one, options, tally),
  })
  let closed = false
  let closing: Promise<SpendClosing> | undefined

  return {
    durable: true,
    async ready() {
      const failure = await own.firstAttempt
      if (failure && !own.opened) throw failure
    },
    record,
    flush,
    setAside: setAsideOf(own, (payload) => counted(tally, payload)),
    gauges: () => tally.gauges(waitingOf(memory, own.opened, appends.size)),
    close(timeoutMs = options.closeTimeoutMs) {
      closing ??= close(timeoutMs)
      return closing
    },
  }

  function record(event: SpendEvent): Promise<void> {
    return untilDone(appends, keep(toSpendRecord(event, options)))
  }

  async function keep(record: SpendRecord): Promise<void> {
    if (!own.opened) await own.firstAttempt
    const { opened } = own
    if (!opened || closed) return memory.push(record)
    tally.take(record)
    try {
      if (!(await opened.journal.append(record.line))) drop(record, 'overflow')
      else if (own.full) opened.drain.hurry()
      else opened.drain.wake()
    } catch (error) {
      const reason = error instanceof JournalError ? REFUSALS[error.code] : undefined
      if (reason) {
        drop(record, reason, error)
        throw error
      }
      tally.forget(record)
      memory.push(record)
    }
  }

  function drop(record: SpendRecord, reason: DropReason, error?: unknown): void {
    tally.settle([record], reason)
    tellDrop(events, [record], reason, error)
  }

  async function flush(): Promise<void> {
    await own.firstAttempt
    const drained = own.opened?.drain.flush()
    await Promise.allSettled([...appends])
    await Promise.all([drained, own.opened?.drain.flush(), memory.flush()])
  }

  async function close(timeoutMs: number): Promise<SpendClosing> {
    const { written, left, lost } = tally
    const until = performance.now() + timeoutMs
    // A journal that is just being opened may hold calls of the process before.
    await withTimeout(timeoutMs, own.firstAttempt, () => {})
    closed = true
    const opened = own.stopOpening()
    await withTimeout(Math.max(0, until - performance.now()), flush(), () => {})
    opened?.drain.stop()
    await memory.close(Math.max(0, until - performance.now()))
    const journaled = await leaveJournals(opened, Math.max(0, until - performance.now()))
    await Promise.allSettled([...appends])
    return { flushed: tally.written - written, journaled: journaled + tally.left - left, lost: tally.lost - lost }
  }
}

/** Counts a record that is set aside, until what is returned is called. */
function counted(tally: SpendCounts, payload: Parameters<typeof dollarsIn>[0]): () => void {
  const record = { dollars: dollarsIn(payload) }
  tally.take(record)
  return () => tally.forget(record)
}

/** What has been taken and waits: in memory, on its way into the journal, and in the journals that this process drains. */
function waitingOf(memory: SpendLedger, opened: OpenedJournal | undefined, appending: number): WaitingGauges {
  const inMemory = memory.gauges()
  const sizes = opened ? [opened.journal.size, opened.adopter.size] : []
  return {
    queued: sizes.reduce((sum, { waitingRecords }) => sum + waitingRecords, inMemory.queued + appending),
    oldestMs: Math.max(inMemory.oldestMs, ...sizes.map(({ oldestWaitingMs }) => oldestWaitingMs)),
    journalBytes: sizes.reduce((sum, { bytes }) => sum + bytes, 0),
  }
}
