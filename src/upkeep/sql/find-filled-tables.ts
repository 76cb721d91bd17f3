import type { Sql } from 'postgres'
import type { Schema } from '../../database/schema.ts'

interface FilledTable {
  readonly name: string
}

/** Of these tables, in their order, those that exist and have a row. */
export async function findFilledTables(
  sql: Sql,
  schema: Schema,
  tables: readonly string[],
): Promise<readonly string[]> {
  const present = tables.filter((name) => schema.has(name))
  const [first, ...others] = present.map(
    (name) => sql`
    select ${name}::text as name
    where exists (select from ${sql(name)})`,
  )
  if (!first) return []
  const rows = await sql<FilledTable[]>`${others.reduce((all, one) => sql`${all} union all ${one}`, first)}`
  const filled = new Set(rows.map(({ name }) => name))
  return present.filter((name) => filled.has(name))
}
