import type { Sql } from 'postgres'
import { quote } from '../../database/sql/quote.ts'
import type { Json } from '../../types.ts'

export interface AuditFilter {
  /** Columns that have to have a value. */
  readonly columns: Readonly<Record<string, string>>
  /** ISO times, the ends included. */
  readonly from?: string
  readonly to?: string
}

export const AUDIT_SORTS = ['updated_at', 'action', 'table_name', 'changed_by', 'object_id'] as const

export interface AuditPaging {
  readonly sort: (typeof AUDIT_SORTS)[number]
  readonly descending: boolean
  readonly limit: number
  readonly offset: number
}

/** One page of the log of changes. */
export async function listAuditLogs(
  sql: Sql,
  { columns, from, to }: AuditFilter,
  { sort, descending, limit, offset }: AuditPaging,
): Promise<{ readonly rows: readonly Json[]; readonly total: number }> {
  const order = (alias: string) => `${alias}.${quote(sort)} ${descending ? 'desc' : 'asc'}, ${alias}.id`
  const [page] = await sql.unsafe<[{ rows: Json[]; total: number }]>(
    `
    with found as (
      select a.*
      from "LiteLLM_AuditLog" as a
      where to_jsonb(a) @> $1::text::jsonb
        and ($2::text is null or a.updated_at >= $2::timestamptz at time zone 'UTC')
        and ($3::text is null or a.updated_at <= $3::timestamptz at time zone 'UTC')
    ),
    page as (select f.* from found as f order by ${order('f')} limit $4 offset $5)
    select
      (select count(*)::int from found) as total,
      coalesce((select jsonb_agg(to_jsonb(p) order by ${order('p')}) from page as p), '[]') as rows`,
    [JSON.stringify(columns), from ?? null, to ?? null, limit, offset],
    { prepare: true },
  )
  return page
}
