import type { Sql } from 'postgres'
import { quote } from '../../database/sql/quote.ts'

/** How many rows a table has. */
export async function countRows(sql: Sql, table: string): Promise<number> {
  const [row] = await sql.unsafe<{ rows: number }[]>(`select count(*)::int as rows from ${quote(table)}`, [], {
    prepare: true,
  })
  return row?.rows ?? 0
}
