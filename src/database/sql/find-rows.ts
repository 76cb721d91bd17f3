import type { Sql } from 'postgres'
import type { Json } from '../../types.ts'
import { quote } from './quote.ts'

/** Rows of a table whose column has one of these values, in the order of that column. Times are UTC without a zone. */
export async function findRows(
  sql: Sql,
  table: string,
  column: string,
  values: readonly string[],
): Promise<readonly Json[]> {
  const rows = await sql.unsafe<{ row: Json }[]>(
    `
    select to_jsonb(t) as row
    from ${quote(table)} as t
    where t.${quote(column)} = any (array(select jsonb_array_elements_text($1::text::jsonb)))
    order by t.${quote(column)}`,
    [JSON.stringify(values)],
    { prepare: true },
  )
  return rows.map(({ row }) => row)
}
