import { memoizeByObject } from '../lib/memoize.ts'
import type { Journal, JournalRecord } from './journal/journal.ts'
import { JournalDrain } from './journal-drain.ts'
import type { MemoryLedgerOptions } from './memory-ledger.ts'
import { readSpendRecord, type SpendRecord } from './record/spend-record.ts'
import type { SpendCounts } from './spend-counts.ts'
import { verdictOf } from './write/sqlstates.ts'

/** Takes spend records from `journal` to LiteLLM's tables. What the tables refuse becomes a dead letter. */
export function createSpendDrain(journal: Journal, options: MemoryLedgerOptions, tally: SpendCounts): JournalDrain {
  const { events, write } = options
  const openedAt = Date.now()
  return new JournalDrain({
    ...options,
    journal,
    write: (entries) => write(entries.map(recordOf)),
    isAtFault: (error) => error instanceof SyntaxError || verdictOf(error) === 'data',
    async quarantine(entry, error) {
      const sqlstate = sqlstateOf(error)
      await journal.deadLetter(entry, { ...(sqlstate && { sqlstate }), reason: (error as Error).message })
      events.tell('spend:quarantine', { callId: tryRecordOf(entry)?.callId ?? '', sqlstate, error })
    },
    onRetry: (size, attempt, error) => events.tell('spend:retry', { size, attempt, error }),
    onSettle({ written, quarantined, ms }) {
      count(written, 'written')
      count(quarantined, 'quarantined')
      const callIds = written.map((entry) => recordOf(entry).callId)
      if (written.length > 0) events.tell('spend:flush', { size: written.length, ms, callIds })
    },
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

export function sqlstateOf(error: unknown): string | undefined {
  const { code } = error as { code?: unknown }
  return typeof code === 'string' && code.length === 5 ? code : undefined
}

const recordOf = memoizeByObject(({ payload }: JournalRecord): SpendRecord => readSpendRecord(payload.toString()))

function tryRecordOf(entry: JournalRecord): SpendRecord | undefined {
  try {
    return recordOf(entry)
  } catch {
    return undefined
  }
}
