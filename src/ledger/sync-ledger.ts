import { createMemoryLedger, type MemoryLedgerOptions } from './memory-ledger.ts'
import { toSpendRecord } from './record/spend-log-row.ts'
import type { SpendRecord } from './record/spend-record.ts'
import type { SpendLedger } from './spend-counts.ts'

export interface SyncLedgerOptions extends MemoryLedgerOptions {
  /** How long a response waits for its row. */
  readonly waitMs: number
}

/** Calls that end within this time of each other are written together. */
const JOIN_MS = 5

/**
 * A response waits until its call is committed: a crash loses nothing whose response has ended. After `waitMs` the
 * response still ends, `spend:defer` reports it, and the call waits in memory as with `memory`.
 */
export function createSyncLedger({ waitMs, ...options }: SyncLedgerOptions): SpendLedger {
  const waiters = new Map<SpendRecord, () => void>()
  const ledger = createMemoryLedger({
    ...options,
    flushIntervalMs: Math.min(JOIN_MS, options.flushIntervalMs),
    onSettle(records, how) {
      for (const record of records) waiters.get(record)?.()
      options.onSettle?.(records, how)
    },
  })
  return {
    ...ledger,
    durable: true,
    record: (event) => committed(toSpendRecord(event, options)),
  }

  async function committed(record: SpendRecord): Promise<void> {
    const { promise, resolve } = Promise.withResolvers<void>()
    const timer = setTimeout(() => {
      options.events.tell('spend:defer', { callId: record.callId, afterMs: waitMs })
      resolve()
    }, waitMs)
    waiters.set(record, resolve)
    ledger.push(record)
    await promise
    clearTimeout(timer)
    waiters.delete(record)
  }
}
