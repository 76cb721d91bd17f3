import type { PendingQuery, Row, Sql } from 'postgres'
import type { LoggedSpend } from '../../auth/shared-budgets.ts'

/**
 * Makes the row of a window that is in the log, or reads it anew when that was done longer ago than `everyMs`. Without
 * `everyMs` a window that is known is left alone. One process at a time.
 */
export function readWindow(
  sql: Sql,
  counter: string,
  { owner, since, endsAt }: LoggedSpend,
  everyMs: number | undefined,
): PendingQuery<Row[]> {
  const until = endsAt?.toISOString() ?? null
  const of = [owner?.entity ?? 'everybody', owner?.id ?? null]
  return sql.unsafe(TEXT, [counter, ...of, since.toISOString(), until, everyMs ?? null], { prepare: true })
}

const TEXT = 'select express_litellm.read_window($1, $2, $3, $4, $5, $6)'
