import type { Sql } from 'postgres'
import { quote } from '../../database/sql/quote.ts'
import type { Json } from '../../types.ts'

/** All rows of a table, what has spent most first. */
export async function listBySpend(sql: Sql, table: string): Promise<readonly Json[]> {
  const rows = await sql.unsafe<{ row: Json }[]>(
    `select to_jsonb(t) as row from ${quote(table)} as t order by t.spend desc`,
    [],
    { prepare: true },
  )
  return rows.map(({ row }) => row)
}
