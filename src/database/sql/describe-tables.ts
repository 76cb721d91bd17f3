import type { Sql } from 'postgres'

export interface TableRow {
  readonly table_name: string
  readonly columns: readonly string[]
  readonly insertable: boolean
  readonly unique_keys: readonly (readonly string[])[] | null
}

/** Columns and unique keys of the LiteLLM tables that the search path reaches. Partial and expression indexes do not count. */
export async function describeTables(sql: Sql): Promise<readonly TableRow[]> {
  return await sql<TableRow[]>`
    select
      c.relname as table_name,
      has_table_privilege(c.oid, 'insert') as insertable,
      (
        select json_agg(a.attname order by a.attnum)
        from pg_attribute as a
        where a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped
      ) as columns,
      (
        select json_agg(k.names order by k.indisprimary desc, k.indexrelid)
        from (
          select
            i.indexrelid,
            i.indisprimary,
            array_agg(a.attname order by u.position) as names
          from pg_index as i
          cross join unnest(i.indkey) with ordinality as u (attnum, position)
          join pg_attribute as a on a.attrelid = i.indrelid and a.attnum = u.attnum
          where i.indrelid = c.oid and i.indisunique and i.indisvalid and i.indpred is null and i.indexprs is null
          group by i.indexrelid, i.indisprimary
        ) as k
      ) as unique_keys
    from pg_class as c
    where c.relkind in ('r', 'p')
      and starts_with(c.relname, 'LiteLLM_')
      and pg_table_is_visible(c.oid)
    order by c.relname`
}
