import type { SpendLedger } from '../ledger/spend-ledger.ts'
import type { Deadline } from '../lib/deadline.ts'
import type { SpendClosing } from '../types.ts'

/** How long the ledger may write after the grace period: whatever was cut is recorded then. */
const LAST_WRITE_MS = 2_000

/** What a ledger has done with calls since the start of the process. */
export interface LedgerCounts {
  readonly written: number
  readonly lost: number
}

export function countsOf(ledger: SpendLedger): LedgerCounts {
  const { written, dropped } = ledger.gauges()
  return { written, lost: Object.values(dropped).reduce((sum, count) => sum + count, 0) }
}

/** Writes until the deadline, and a little longer what came last. Says where the calls are that `before` did not count. */
export async function closeLedger(
  ledger: SpendLedger,
  before: LedgerCounts,
  deadline: Deadline,
): Promise<SpendClosing> {
  await Promise.race([ledger.flush(), deadline.passed])
  const { journaled } = await ledger.close(LAST_WRITE_MS)
  const { written, lost } = countsOf(ledger)
  return { flushed: written - before.written, journaled, lost: lost - before.lost }
}
