import type { PendingQuery, Row, Sql } from 'postgres'
import type { Schema } from '../../database/schema.ts'

/** The windows of a key or team, some of which may be over. */
export interface WindowsRow {
  readonly kind: 'key' | 'team'
  readonly id: string
  /** Tells whether they were changed meanwhile. */
  readonly was: string
  readonly windows: unknown
}

/** The most that are looked at in one round. */
export const PAGE = 500

/** Whose windows are listed, and after which id the next page begins. */
export interface WindowOwners {
  readonly kind: WindowsRow['kind']
  readonly table: string
  readonly id: string
}

export const WINDOW_OWNERS: readonly WindowOwners[] = [
  { kind: 'key', table: 'LiteLLM_VerificationToken', id: 'token' },
  { kind: 'team', table: 'LiteLLM_TeamTable', id: 'team_id' },
]

export function hasWindows(schema: Schema, { table }: WindowOwners): boolean {
  return schema.get(table)?.columns.has('budget_limits') ?? false
}

/** Those of which a window may have ended by tomorrow, or has no end: the exact time is in a text that any may have written. */
export function listWindows(
  sql: Sql,
  { kind, table, id }: WindowOwners,
  after: string,
  now: Date,
): PendingQuery<Row[]> {
  const tomorrow = new Date(now.getTime() + 24 * 3_600_000).toISOString().slice(0, 10)
  return sql.unsafe(
    `
  select '${kind}' as kind, r.${id} as id, md5(r.budget_limits::text) as was, r.budget_limits as windows
  from "${table}" as r
  where r.${id} > $1
    and exists (
      select
      from jsonb_array_elements(
        case when jsonb_typeof(r.budget_limits) = 'array' then r.budget_limits else '[]' end
      ) as w
      where coalesce(left(w ->> 'reset_at', 10), '') <= $2
    )
  order by r.${id}
  limit ${PAGE}`,
    [after, tomorrow],
  )
}
