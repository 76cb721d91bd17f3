import { createJournalLedger, type JournalLedgerOptions } from './journal-ledger.ts'
import { createMemoryLedger } from './memory-ledger.ts'
import type { OpenBuffer } from './redis/open-spend-buffer.ts'
import type { SpendLedger } from './spend-ledger.ts'
import { createSyncLedger, type SyncLedgerOptions } from './sync-ledger.ts'

export interface LedgerOptions extends JournalLedgerOptions, SyncLedgerOptions {
  /** What must have happened to a call before its response ends. */
  readonly durability: Durability
}

export type Durability = 'memory' | 'journal' | 'sync'

/** The ledger with the promise that the operator chose. */
export function createLedger(options: LedgerOptions): SpendLedger {
  return LEDGERS[options.durability](options)
}

const LEDGERS: { readonly [Name in Durability]: (options: LedgerOptions) => SpendLedger } = {
  // Not as they are: they take more arguments.
  memory: (options) => createMemoryLedger(options),
  journal: createJournalLedger,
  sync: createSyncLedger,
}

/** The ledger with the promise that the operator chose, whose batches reach the database by way of Redis. */
export function createBufferedLedger(options: LedgerOptions, buffer: OpenBuffer): SpendLedger {
  const ledger = createLedger({ ...options, write: buffer.write, leave: buffer.leave })
  return {
    ...ledger,
    async ready() {
      await buffer.ready()
      await ledger.ready()
    },
    async close(timeoutMs) {
      const closing = await ledger.close(timeoutMs)
      await buffer.close()
      return closing
    },
  }
}
