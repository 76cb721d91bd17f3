import type { PendingQuery, Sql } from 'postgres'

export interface UserDays {
  readonly today: string
  readonly monthStart: string
  /** The first of the days that today is compared with. */
  readonly baselineStart: string
}

export interface UserSpendRow {
  readonly user_id: string
  readonly today: number
  readonly month: number
  /** Of the days before today. */
  readonly baseline: number
}

/** What each user has spent today, this month and on the days before. */
export function reportUsers(sql: Sql, { today, monthStart, baselineStart }: UserDays): PendingQuery<UserSpendRow[]> {
  return sql<UserSpendRow[]>`
    select
      d.user_id,
      coalesce(sum(d.spend) filter (where d.date = ${today}), 0)::double precision as today,
      coalesce(sum(d.spend) filter (where d.date >= ${monthStart}), 0)::double precision as month,
      coalesce(sum(d.spend) filter (where d.date >= ${baselineStart} and d.date < ${today}), 0)::double precision as baseline
    from "LiteLLM_DailyUserSpend" as d
    where d.date >= least(${monthStart}, ${baselineStart}) and d.date <= ${today} and d.user_id <> ''
    group by d.user_id
    having sum(d.spend) filter (where d.date >= ${monthStart}) > 0`
}
