import type { Sql } from 'postgres'
import type { Difference } from '../litellm/difference.ts'
import { reconcile } from '../litellm/reconcile.ts'

/**
 * Rejects, with every difference in the message, unless each running total and each daily row is what the log adds up
 * to, to a billionth. `sql` is a postgres.js pool on a LiteLLM database that nobody else writes to meanwhile.
 */
export async function assertLedgerConsistent(sql: Sql): Promise<void> {
  const found: Difference[] = []
  await reconcile({ sql, fix: false, settleMs: 0, onDifference: (difference) => found.push(difference) })
  if (found.length > 0) throw new Error(`The ledger is not consistent:\n${found.map(lineOf).join('\n')}`)
}

function lineOf({ table, row, column, counted, logged }: Difference): string {
  return `  ${table} (${row}): ${column} is ${counted}, the log says ${logged}`
}
