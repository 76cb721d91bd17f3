import type { PendingQuery, Row, Sql } from 'postgres'
import { GLOBAL_BUDGET_USER } from '../../admission/facts/counters.ts'

export interface GlobalBudgetRow {
  /** US dollars. */
  readonly max: number
  readonly duration: string
  /** The window that is open now. */
  readonly since: Date
  readonly endsAt: Date
}

/**
 * Inserts the row of the global budget, or updates it to these settings. A row that was not reset until now begins with
 * what the log says of the window. A window that is open ends when it was to end, or earlier, and never later.
 */
export function keepGlobalBudget(sql: Sql, { max, duration, since, endsAt }: GlobalBudgetRow): PendingQuery<Row[]> {
  return sql.unsafe(TEXT, [GLOBAL_BUDGET_USER, max, duration, endsAt.toISOString(), since.toISOString()])
}

/** The sum is computed only where it is used: the log may be large. */
const TEXT = `
  insert into "LiteLLM_UserTable" as u (user_id, models, max_budget, budget_duration, budget_reset_at, spend)
  select
    $1, '{}', $2::double precision, $3, $4::timestamptz at time zone 'UTC',
    case
      when exists (select from "LiteLLM_UserTable" as k where k.user_id = $1 and k.budget_reset_at is not null) then 0
      else (
        select coalesce(sum(l.spend), 0)
        from "LiteLLM_SpendLogs" as l
        where l."startTime" >= $5::timestamptz at time zone 'UTC'
      )
    end
  on conflict (user_id) do update
  set max_budget = excluded.max_budget,
    budget_duration = excluded.budget_duration,
    budget_reset_at = least(u.budget_reset_at, excluded.budget_reset_at),
    spend = case when u.budget_reset_at is null then excluded.spend else u.spend end
  where u.budget_reset_at is null
    or (u.max_budget, u.budget_duration) is distinct from (excluded.max_budget, excluded.budget_duration)`
