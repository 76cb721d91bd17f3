import { createLedger, type LedgerOptions } from './create-ledger.ts'
import type { OpenBuffer } from './open-spend-buffer.ts'
import type { SpendLedger } from './spend-ledger.ts'

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
