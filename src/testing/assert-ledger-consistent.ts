import type { Sql } from 'postgres'
import { reconcile } from '../upkeep/reconcile.ts'
import type { Difference } from '../upkeep/reconcile-counters.ts'

/**
 * Rejects, with every difference in the message, unless each running total and each daily row is what the log adds up
 * to, to a billionth. `sql` is a postgres.js pool on a LiteLLM database without other writers.
 */
export async function assertLedgerConsistent(sql: Sql): Promise<void> {
  const found: Difference[] = []
  await reconcile({ sql, fix: false, settleMs: 0, onDifference: (difference) => found.push(difference) })
  if (found.length > 0) throw new Error(`The ledger is not consistent:\n${found.map(lineOf).join('\n')}`)
}

function lineOf({ table, row, column, counted, logged }: Difference): string {
  return `  ${table} (${row}): ${column} is ${counted}, the log says ${logged}`
}
