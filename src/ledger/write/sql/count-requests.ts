import type { Sql } from 'postgres'

/** LiteLLM's counts of HTTP requests by day and route, which its page of the gateway reads. */
export const REQUEST_TABLE = 'LiteLLM_DailyGatewayRequests'

export interface RequestCount {
  /** Of UTC: 2026-02-16. */
  readonly date: string
  readonly category: string
  readonly route: string
  readonly succeeded: number
  readonly failed: number
}

/** Adds these counts. Rows are locked in the order of their key, as LiteLLM locks them. */
export async function countRequests(sql: Sql, counts: readonly RequestCount[]): Promise<void> {
  await sql`
    insert into "LiteLLM_DailyGatewayRequests" as t (
      date, category, route, successful_requests, failed_requests, updated_at
    )
    select date, category, route, succeeded, failed, now() at time zone 'UTC'
    from jsonb_to_recordset(${sql.json(counts.map((count) => ({ ...count })))}) as c (
      date text, category text, route text, succeeded bigint, failed bigint
    )
    order by date collate "C", category collate "C", route collate "C"
    on conflict (date, category, route) do update
    set
      successful_requests = t.successful_requests + excluded.successful_requests,
      failed_requests = t.failed_requests + excluded.failed_requests,
      updated_at = excluded.updated_at`
}
