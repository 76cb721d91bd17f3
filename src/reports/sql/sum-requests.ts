import type { Sql } from 'postgres'

/** HTTP requests to one route on one day. */
export interface RequestSums {
  readonly date: string
  readonly category: string
  readonly route: string
  readonly successful_requests: number
  readonly failed_requests: number
}

/** Requests by day and route, both days (`2026-02-16`, UTC) included, in the order of day, category and route. */
export async function sumRequests(sql: Sql, from: string, to: string): Promise<readonly RequestSums[]> {
  return await sql<RequestSums[]>`
    select
      r.date,
      r.category,
      r.route,
      r.successful_requests::float8 as successful_requests,
      r.failed_requests::float8 as failed_requests
    from "LiteLLM_DailyGatewayRequests" as r
    where r.date between ${from} and ${to}
    order by r.date collate "C", r.category collate "C", r.route collate "C"`
}
