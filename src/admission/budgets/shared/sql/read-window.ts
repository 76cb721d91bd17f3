import type { PendingQuery, Row, Sql } from 'postgres'
import type { LoggedSpend } from '../../shared-budgets.ts'

/**
 * Makes the row of a window that is in the log, or reads it again when that was done longer ago than `everyMs`. Without
 * `everyMs` a window that is known is left alone. One process at a time.
 */
export function readWindow(
  sql: Sql,
  counter: string,
  { owner, since, endsAt }: LoggedSpend,
  everyMs: number | undefined,
): PendingQuery<Row[]> {
  const values = [counter, owner.entity, owner.id, since.toISOString(), endsAt.toISOString(), everyMs ?? null]
  return sql.unsafe(TEXT, values, { prepare: true })
}

const TEXT = 'select express_litellm.read_window($1, $2, $3, $4, $5, $6)'
