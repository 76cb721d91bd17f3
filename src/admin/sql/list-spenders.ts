import type { Sql } from 'postgres'
import { quote } from '../../database/sql/quote.ts'

/** The ids of all rows of a table that have spent something. */
export async function listSpenders(sql: Sql, table: string, id: string): Promise<readonly string[]> {
  const rows = await sql.unsafe<{ id: string }[]>(
    `select ${quote(id)} as id from ${quote(table)} where spend <> 0 order by 1`,
    [],
    { prepare: true },
  )
  return rows.map((row) => row.id)
}
