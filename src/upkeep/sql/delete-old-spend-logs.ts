import type { Sql } from 'postgres'
import { LOCKS } from '../../database/advisory-locks.ts'

export interface Deleted {
  /** Whether it was this process's turn. */
  readonly mine: boolean
  readonly deleted: number
}

/** Deletes the oldest log rows that began before `before`, at most `limit`. The lock ends with the statement. */
export async function deleteOldSpendLogs(sql: Sql, before: Date, limit: number): Promise<Deleted> {
  const [result] = await sql<[Deleted]>`
    with turn as materialized (
      select pg_try_advisory_xact_lock(${LOCKS.retention}::text::bigint) as mine
    ),
    old as materialized (
      select request_id, "startTime"
      from "LiteLLM_SpendLogs"
      where "startTime" < ${before.toISOString()}::text::timestamptz at time zone 'UTC'
        and (select mine from turn)
      order by "startTime"
      limit ${limit}
    ),
    gone as (
      delete from "LiteLLM_SpendLogs" as l
      using old as o
      where l.request_id = o.request_id and l."startTime" = o."startTime"
      returning 1
    )
    select
      (select mine from turn) as mine,
      (select count(*)::int from gone) as deleted`
  return result
}
