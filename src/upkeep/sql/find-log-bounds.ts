import type { Sql } from 'postgres'

export interface LogBounds {
  /** Days as YYYY-MM-DD, UTC. */
  readonly first_logged: string
  readonly last_logged: string
  /** Of LiteLLM_DailyUserSpend; `null` when it is empty. */
  readonly first_counted: string | null
  readonly last_counted: string | null
}

type Empty = { readonly first_logged: null }

/** The days that the log and the daily tables know; `undefined` when the log is empty. */
export async function findLogBounds(sql: Sql): Promise<LogBounds | undefined> {
  const [bounds] = await sql<[LogBounds | Empty]>`
    select
      (select to_char(min("startTime"), 'YYYY-MM-DD') from "LiteLLM_SpendLogs") as first_logged,
      (select to_char(max("startTime"), 'YYYY-MM-DD') from "LiteLLM_SpendLogs") as last_logged,
      (select min(date) from "LiteLLM_DailyUserSpend") as first_counted,
      (select max(date) from "LiteLLM_DailyUserSpend") as last_counted`
  return bounds.first_logged === null ? undefined : bounds
}

/** Whether calls were charged without log rows: then there is nothing to compare with. */
export async function hasUnloggedCalls(sql: Sql): Promise<boolean> {
  const [{ found }] = await sql<[{ found: boolean }]>`
    select to_regclass('express_litellm.charged_calls') is not null as found`
  if (!found) return false
  const rows = await sql`select 1 from express_litellm.charged_calls limit 1`
  return rows.length > 0
}
