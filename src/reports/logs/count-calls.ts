import type { Sql } from 'postgres'
import { inRange, isNarrowed, type LogFilter, passesAnyTime } from './log-filter.ts'

/** No list says that it has more. */
export const MOST_COUNTED = 10_000

export interface Counted {
  readonly total: number
  /** There are more than are counted. */
  readonly capped: boolean
  /** Projected from the latest calls of the time asked for. */
  readonly estimated: boolean
}

/**
 * How many calls, or sessions, the filter lets pass: exactly where the time asked for has no more than `MOST_COUNTED` calls,
 * else projected from the latest of them. So counting costs the same however many calls there are.
 */
export async function countCalls(sql: Sql, filter: LogFilter, bySession: boolean): Promise<Counted> {
  const { examined, matched } = await examineLatest(sql, filter, bySession)
  const isAll = examined <= MOST_COUNTED
  const isExact = isAll || matched === examined
  const total = isExact ? matched : Math.round((matched / examined) * (await estimateCalls(sql, filter)))
  return {
    total: Math.min(Math.max(total, matched), MOST_COUNTED),
    capped: total > MOST_COUNTED,
    estimated: !isExact && total <= MOST_COUNTED,
  }
}

/** Of the latest calls, how many the filter lets pass. Without a filter it reads nothing but an index. */
async function examineLatest(sql: Sql, filter: LogFilter, bySession: boolean) {
  const session = sql`coalesce(nullif(l.session_id, ''), l.request_id) as session, l.api_key`
  const [row = { examined: 0, matched: 0 }] = await sql<{ examined: number; matched: number }[]>`
    with latest as (
      select ${isNarrowed(filter) ? passesAnyTime(sql, filter) : sql`true`} as matches ${bySession ? sql`, ${session}` : sql``}
      from "LiteLLM_SpendLogs" as l
      where ${inRange(sql, filter)}
      order by l."startTime" desc
      limit ${MOST_COUNTED + 1}
    )
    select
      (select count(*)::int from latest) as examined,
      (
        select count(*)::int
        from (select ${bySession ? sql`distinct session, api_key` : sql`true`} from latest where matches) as l
      ) as matched`
  return row
}

interface Plan {
  readonly 'QUERY PLAN': readonly [{ readonly Plan: { readonly 'Plan Rows': number } }]
}

/** The planner's estimate of the calls in the time asked for. It reads none of them. */
async function estimateCalls(sql: Sql, filter: LogFilter): Promise<number> {
  const [plan] = await sql<Plan[]>`
    explain (format json)
    select 1
    from "LiteLLM_SpendLogs" as l
    where ${inRange(sql, filter)}`
  return plan?.['QUERY PLAN'][0].Plan['Plan Rows'] ?? 0
}
