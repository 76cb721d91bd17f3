import type { PendingQuery, Sql } from 'postgres'

/** Days as the daily tables write them, "2026-02-16". */
export interface DayRange {
  readonly from: string
  /** Not in the range any more. */
  readonly to: string
}

export interface SpendRow {
  readonly name: string
  readonly spend: number
}

/** Rows of one report: a message has room for no more. */
const MOST = 100

/** What teams have spent, most first, by their aliases where they have one. */
export function reportTeams(sql: Sql, { from, to }: DayRange): PendingQuery<SpendRow[]> {
  return sql<SpendRow[]>`
    select coalesce(min(t.team_alias), d.team_id) as name, sum(d.spend)::double precision as spend
    from "LiteLLM_DailyTeamSpend" as d
    left join "LiteLLM_TeamTable" as t on t.team_id = d.team_id
    where d.date >= ${from} and d.date < ${to} and d.team_id <> ''
    group by d.team_id
    having sum(d.spend) > 0
    order by spend desc, d.team_id
    limit ${MOST}`
}

/** What was spent on tags, most first. */
export function reportTags(sql: Sql, { from, to }: DayRange): PendingQuery<SpendRow[]> {
  return sql<SpendRow[]>`
    select d.tag as name, sum(d.spend)::double precision as spend
    from "LiteLLM_DailyTagSpend" as d
    where d.date >= ${from} and d.date < ${to} and d.tag <> ''
    group by d.tag
    having sum(d.spend) > 0
    order by spend desc, d.tag
    limit ${MOST}`
}
