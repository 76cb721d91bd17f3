import type { PendingQuery, Sql } from 'postgres'

export interface ReportRange {
  readonly from: Date
  /** Not in the range any more. */
  readonly to: Date
}

export interface DeploymentRow {
  readonly model_id: string
  readonly failures: number
  /** Seconds for each token of an answer; `null` where none was answered. */
  readonly seconds_per_token: number | null
}

/** How often each deployment has failed, and how fast it was, by the rows of the log. */
export function reportDeployments(sql: Sql, { from, to }: ReportRange): PendingQuery<DeploymentRow[]> {
  return sql<DeploymentRow[]>`
    select
      l.model_id,
      count(*) filter (where l.status = 'failure')::integer as failures,
      avg(extract(epoch from l."endTime" - l."startTime") / l.completion_tokens)
        filter (where coalesce(l.status, '') <> 'failure' and l.completion_tokens > 0)::double precision as seconds_per_token
    from "LiteLLM_SpendLogs" as l
    where l."startTime" >= ${from.toISOString()}::timestamptz at time zone 'UTC'
      and l."startTime" < ${to.toISOString()}::timestamptz at time zone 'UTC'
      and l.model_id <> ''
    group by l.model_id`
}
