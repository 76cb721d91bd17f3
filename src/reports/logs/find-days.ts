import type { Sql } from 'postgres'
import type { LogFilter } from './log-filter.ts'

/** What the daily tables say of the days of the time asked for, "2026-11-30". */
export interface CallDays {
  /** Days of calls that the filter could let pass. */
  readonly days: readonly string[]
  /** Days of any calls: of all others the tables say nothing. */
  readonly known: readonly string[]
  /** The first day that they know at all. */
  readonly first: string | null
}

/**
 * On which days there were calls of this key, user, team or model, by the daily tables: where there were
 * calls on a few days, the log of the others is not read. `undefined`: the filter names none of them.
 */
export async function findDays(sql: Sql, filter: LogFilter): Promise<CallDays | undefined> {
  const { from, to, hashedToken, userId, teamId, model, visibleTo } = filter
  const named = [hashedToken, userId, teamId, model, visibleTo].some((value) => value !== undefined)
  if (!named) return undefined
  const same = sql`
    d.date between ${from.slice(0, 10)} and ${to.slice(0, 10)}
    and (${hashedToken ?? null}::text is null or d.api_key = ${hashedToken ?? null})
    and (${model ?? null}::text is null or ${model ?? null} in (d.model, d.model_group))`
  const users = [userId, visibleTo?.userId].filter((id) => id !== undefined)
  const teams = [...(teamId === undefined ? [] : [teamId]), ...(visibleTo?.teamIds ?? [])]
  const byUser = users.length === 0 ? sql`${teams.length === 0}` : sql`d.user_id = any(${users}::text[])`
  const byKey = visibleTo?.hashedToken === undefined ? sql`false` : sql`d.api_key = ${visibleTo.hashedToken}`
  const [row] = await sql<CallDays[]>`
    select
      (select min(date) from "LiteLLM_DailyUserSpend") as first,
      array(
        select distinct date
        from "LiteLLM_DailyUserSpend"
        where date between ${from.slice(0, 10)} and ${to.slice(0, 10)}
      ) as known,
      array(
        select date from (
          select d.date from "LiteLLM_DailyUserSpend" as d where ${same} and (${byUser} or ${byKey})
          union
          select d.date from "LiteLLM_DailyTeamSpend" as d where ${same} and d.team_id = any(${teams}::text[])
        ) as d
      ) as days`
  return row
}
