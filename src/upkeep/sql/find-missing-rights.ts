import type { Sql } from 'postgres'

export interface MissingRight {
  readonly table: string
  readonly right: string
}

/** Of the rights that are needed, given as pairs, those that this role does not have. */
export async function findMissingRights(sql: Sql, needed: readonly MissingRight[]): Promise<readonly MissingRight[]> {
  return await sql<MissingRight[]>`
    select r.table, r.right
    from jsonb_to_recordset(${JSON.stringify(needed)}::text::jsonb) as r ("table" text, "right" text)
    where not has_table_privilege(quote_ident(r.table), r.right)
    order by r.table, r.right`
}
