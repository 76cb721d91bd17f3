import type { Fragment, Sql } from 'postgres'
import { type LogFilter, passes } from './log-filter.ts'

/** What a page of calls can be sorted by. */
export type LogSort = 'startTime' | 'endTime' | 'spend' | 'total_tokens' | 'request_duration_ms' | 'model' | 'ttft_ms'

/** Where the next page begins: behind this call, by start and id. */
export interface LogCursor {
  /** UTC without a zone. */
  readonly startTime: string
  readonly requestId: string
}

export interface Listing {
  readonly sort: LogSort
  readonly descending: boolean
  readonly limit: number
  /** Only for the sort by start. */
  readonly after?: LogCursor
}

/**
 * Start and id of the calls that the filter lets pass, sorted. By start it reads an index no further than it has to, and
 * without a filter nothing but the index; every other sort reads all calls of the time asked for.
 */
export async function listCalls(sql: Sql, filter: LogFilter, listing: Listing): Promise<readonly LogCursor[]> {
  const { sort, descending, limit, after } = listing
  const direction = descending ? sql`desc nulls last` : sql`asc nulls last`
  const byStart = descending ? sql`l."startTime" desc, l.request_id desc` : sql`l."startTime", l.request_id`
  return await sql<LogCursor[]>`
    select l."startTime"::text as "startTime", l.request_id as "requestId"
    from "LiteLLM_SpendLogs" as l
    where ${passes(sql, filter)}
      ${after ? sql`and ${behind(sql, after, descending)}` : sql``}
    order by ${sort === 'startTime' ? sql`` : sql`${sorted(sql, sort)} ${direction},`} ${byStart}
    limit ${limit}`
}

/** The value of rows `l` that this sort compares. */
export function sorted(sql: Sql, sort: LogSort): Fragment {
  if (sort === 'request_duration_ms') return sql`(l."endTime" - l."startTime")`
  if (sort !== 'ttft_ms') return sql`l.${sql(sort)}`
  return sql`case
    when l."completionStartTime" <> l."endTime" then l."completionStartTime" - l."startTime"
  end`
}

/** Rows `l` that come behind a call, by the index of start and id. */
export function behind(sql: Sql, { startTime, requestId }: LogCursor, descending: boolean): Fragment {
  return descending
    ? sql`(l."startTime", l.request_id) < (${startTime}::text::timestamp, ${requestId})`
    : sql`(l."startTime", l.request_id) > (${startTime}::text::timestamp, ${requestId})`
}
