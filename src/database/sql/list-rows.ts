import type { Sql } from 'postgres'
import type { Json } from '../../types.ts'
import { quote } from './quote.ts'

/** All rows of a table, in the order of one column. */
export async function listRows(sql: Sql, table: string, order: string): Promise<readonly Json[]> {
  const rows = await sql.unsafe<{ row: Json }[]>(
    `
    select to_jsonb(t) as row
    from ${quote(table)} as t
    order by t.${quote(order)}`,
    [],
    { prepare: true },
  )
  return rows.map(({ row }) => row)
}
