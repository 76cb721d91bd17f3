import { sqlstateOf } from '../database/sqlstates.ts'
import { memoizeByObject } from '../lib/memoize.ts'
import { Drain } from './drain/drain.ts'
import type { Journal, JournalRecord } from './journal/journal.ts'
import { JournalSource } from './journal-source.ts'
import type { MemoryLedgerOptions } from './memory-ledger.ts'
import { readSpendRecord, type SpendRecord } from './record/spend-record.ts'
import type { SpendCounts } from './spend-counts.ts'
import { isAtFault } from './write/verdict.ts'

/** Takes spend records from `journal` to LiteLLM's tables. What the tables refuse becomes a dead letter. */
export function createSpendDrain(
  journal: Journal,
  options: MemoryLedgerOptions,
  tally: SpendCounts,
): Drain<JournalRecord> {
  const { events, write, batchSize, flushIntervalMs, retryDelayMs } = options
  const openedAt = Date.now()
  const source = new JournalSource({
    journal,
    async quarantine(entry, error) {
      const sqlstate = sqlstateOf(error)
      await journal.deadLetter(entry, { ...(sqlstate && { sqlstate }), reason: (error as Error).message })
      events.tell('spend:quarantine', { callId: tryRecordOf(entry)?.callId ?? '', sqlstate, error })
    },
    onSettle({ written, quarantined, ms }) {
      count(written, 'written')
      count(quarantined, 'quarantined')
      const callIds = written.map((entry) => recordOf(entry).callId)
      if (written.length > 0) events.tell('spend:flush', { size: written.length, ms, callIds })
    },
  })
  return new Drain({
    source,
    batchSize,
    flushIntervalMs,
    retryDelayMs,
    // To regroup is to read the disk again: what was read is repeated as it is.
    retryAttempts: Number.POSITIVE_INFINITY,
    write: (entries) => write(entries.map(recordOf)),
    isAtFault,
    onRetry: ({ length }, attempt, error) => events.tell('spend:retry', { size: length, attempt, error }),
  })

  function count(entries: readonly JournalRecord[], how: 'written' | 'quarantined'): void {
    const ours = entries.filter(({ appendedAt }) => appendedAt >= openedAt)
    tally.settle(
      ours.map((entry) => tryRecordOf(entry) ?? { dollars: 0 }),
      how,
    )
    tally.found(entries.length - ours.length, how)
  }
}

const recordOf = memoizeByObject(({ payload }: JournalRecord): SpendRecord => readSpendRecord(payload.toString()))

function tryRecordOf(entry: JournalRecord): SpendRecord | undefined {
  try {
    return recordOf(entry)
  } catch {
    return undefined
  }
}
