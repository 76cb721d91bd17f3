import { ConfigError } from '../errors.ts'
import type { DropReason } from '../events.ts'
import { withTimeout } from '../lib/with-timeout.ts'
import type { SpendClosing, SpendEvent } from '../types.ts'
import type { Drain } from './drain/drain.ts'
import { Pause } from './drain/pause.ts'
import type { JournalEvent, JournalOptions, JournalRecord } from './journal/journal.ts'
import { JournalError, type JournalErrorCode } from './journal/journal-error.ts'
import { openOwnJournal, type ProcessJournal } from './journal/process-journals.ts'
import { type AdoptionEvent, JournalAdopter } from './journal-adopter.ts'
import { createMemoryLedger, type MemoryLedgerOptions } from './memory-ledger.ts'
import { toSpendRecord } from './record/spend-log-row.ts'
import type { SpendRecord } from './record/spend-record.ts'
import { SpendCounts } from './spend-counts.ts'
import { createSpendDrain } from './spend-drain.ts'
import type { SpendLedger } from './spend-ledger.ts'
import { tellDrop } from './write/spend-sink.ts'

export interface JournalLedgerOptions extends MemoryLedgerOptions {
  readonly journal: Omit<JournalOptions, 'onEvent' | 'now'>
}

/** Pause between two attempts to open the journal. */
const REOPEN_MS = 1_000

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
  const { events } = options
  const tally = new SpendCounts(events)
  const memory = createMemoryLedger(options, tally)
  const appends = new Set<Promise<unknown>>()
  let owned: Owned | undefined
  let full = false
  let closed = false
  let closing: Promise<SpendClosing> | undefined
  const opening = keepTrying(open, REOPEN_MS)
  // The reason of a later attempt may be another, the state is the same: it is told once.
  const firstAttempt = opening.first.then((error) => (error === undefined ? undefined : unavailable(error)))

  return {
    durable: true,
    async ready() {
      const failure = await firstAttempt
      if (failure && !owned) throw failure
    },
    record,
    flush,
    gauges() {
      const inMemory = memory.gauges()
      const sizes = owned ? [owned.journal.size, owned.adopter.size] : []
      return tally.gauges({
        queued: sizes.reduce((sum, { waitingRecords }) => sum + waitingRecords, inMemory.queued + appends.size),
        oldestMs: Math.max(inMemory.oldestMs, ...sizes.map(({ oldestWaitingMs }) => oldestWaitingMs)),
        journalBytes: sizes.reduce((sum, { bytes }) => sum + bytes, 0),
      })
    },
    close(timeoutMs = options.closeTimeoutMs) {
      closing ??= close(timeoutMs)
      return closing
    },
  }

  function record(event: SpendEvent): Promise<void> {
    const kept = keep(toSpendRecord(event, options))
    appends.add(kept)
    const done = () => void appends.delete(kept)
    // A rejection without a handler would end the process.
    kept.then(done, done)
    return kept
  }

  async function keep(record: SpendRecord): Promise<void> {
    if (!owned) await firstAttempt
    if (!owned || closed) return memory.push(record)
    tally.take(record)
    try {
      if (!(await owned.journal.append(record.line))) drop(record, 'overflow')
      else if (full) owned.drain.hurry()
      else owned.drain.wake()
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

  async function open(): Promise<void> {
    const { dir, journal } = await openOwnJournal({ ...options.journal, onEvent })
    if (closed) return await journal.close()
    const createDrain = (each: ProcessJournal['journal']) => createSpendDrain(each, options, tally)
    const adopter = new JournalAdopter({ journal: options.journal, own: dir, createDrain, tell })
    owned = { journal, adopter, drain: createDrain(journal) }
    owned.drain.wake()
  }

  function onEvent(event: JournalEvent): void {
    if (event.name === 'journal:full') {
      full = true
      owned?.drain.hurry()
    } else if (event.name === 'journal:room') full = false
    tell(event)
  }

  function tell(event: JournalEvent | AdoptionEvent): void {
    events.tell('spend:journal', { ...event })
  }

  function unavailable(error: unknown): ConfigError {
    const { dir } = options.journal
    events.tell('spend:journal', { name: 'journal:unavailable', dir, error })
    return new ConfigError(`The journal in ${dir} cannot be opened: ${(error as Error).message}.`, { cause: error })
  }

  async function flush(): Promise<void> {
    await firstAttempt
    const drained = owned?.drain.flush()
    await Promise.allSettled([...appends])
    await Promise.all([drained, owned?.drain.flush(), memory.flush()])
  }

  async function close(timeoutMs: number): Promise<SpendClosing> {
    const { written, left, lost } = tally
    const until = performance.now() + timeoutMs
    // A journal that is just being opened may hold calls of the process before.
    await withTimeout(timeoutMs, firstAttempt, () => {})
    closed = true
    opening.stop()
    await withTimeout(Math.max(0, until - performance.now()), flush(), () => {})
    owned?.drain.stop()
    await memory.close(Math.max(0, until - performance.now()))
    const adopted = owned ? await withTimeout(Math.max(0, until - performance.now()), owned.adopter.stop(), () => 0) : 0
    const journaled = adopted + (owned?.journal.size.waitingRecords ?? 0)
    await owned?.journal.close()
    await Promise.allSettled([...appends])
    return {
      flushed: tally.written - written,
      journaled: journaled + tally.left - left,
      lost: tally.lost - lost,
    }
  }
}

interface Owned {
  readonly journal: ProcessJournal['journal']
  readonly adopter: JournalAdopter
  readonly drain: Drain<JournalRecord>
}

interface Trying {
  /** Resolves when the first attempt has ended: with `undefined` when it succeeded, else with its error. */
  readonly first: Promise<unknown>
  stop(): void
}

/** Makes an attempt, and after one that failed the next, until one succeeds. */
function keepTrying(attempt: () => Promise<void>, pauseMs: number): Trying {
  const pause = new Pause()
  let stopped = false
  const first = attempt().then(
    () => undefined,
    (error: unknown) => {
      void again()
      return error
    },
  )
  return {
    first,
    stop() {
      stopped = true
      pause.end()
    },
  }

  async function again(): Promise<void> {
    for (let failed = true; failed && !stopped; ) {
      await pause.take(pauseMs, false)
      if (stopped) return
      failed = await attempt().then(
        () => false,
        () => true,
      )
    }
  }
}
