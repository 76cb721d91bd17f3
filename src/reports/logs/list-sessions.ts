import type { Fragment, Sql } from 'postgres'
import type { Span } from '../closed-days.ts'
import { behind, type Listing, type LogCursor, sorted } from './list-calls.ts'
import { type LogFilter, passes, SPAN_TYPES } from './log-filter.ts'

/** A session, or a call outside of any, by its latest call. */
export interface ListedSession extends LogCursor {
  /** The call that stands for the session: the last outcome of an agent, else the latest call that is no tool's. */
  readonly shownId: string
}

/**
 * Sessions by their latest call. Each call that the filter lets pass is read from the index, and stands for a session where
 * the session has no later one: so a page reads no more than its own sessions and what lies between their calls.
 *
 * `status` of the filter is that of the call which is shown; all other conditions hold for each call.
 */
export async function listSessions(
  sql: Sql,
  { status, ...filter }: LogFilter,
  window: Span,
  { descending, limit, after }: Pick<Listing, 'descending' | 'limit' | 'after'>,
): Promise<readonly ListedSession[]> {
  const order = (alias: Fragment) =>
    descending
      ? sql`${alias}."startTime" desc, ${alias}.request_id desc`
      : sql`${alias}."startTime", ${alias}.request_id`
  return await sql<ListedSession[]>`
    select p."startTime"::text as "startTime", p.request_id as "requestId", shown.request_id as "shownId"
    from (
      select c.*
      from (
        select l.request_id, l.session_id, l.api_key, l."startTime"
        from "LiteLLM_SpendLogs" as l
        where ${passes(sql, { ...filter, ...window })}
          ${after ? sql`and ${behind(sql, after, descending)}` : sql``}
        order by ${order(sql`l`)}
      ) as c
      left join lateral (
        select true as found
        from "LiteLLM_SpendLogs" as l
        where l.session_id = nullif(c.session_id, '')
          and l.api_key = c.api_key
          and (l."startTime", l.request_id) > (c."startTime", c.request_id)
          and ${passes(sql, filter)}
        limit 1
      ) as later on true
      where later.found is null
      order by ${order(sql`c`)}
    ) as p
    cross join lateral (
      select l.request_id, l.status
      from "LiteLLM_SpendLogs" as l
      where ((l.session_id = nullif(p.session_id, '') and l.api_key = p.api_key) or l.request_id = p.request_id)
        and ${passes(sql, filter)}
      order by ${shownFirst(sql)}
      limit 1
    ) as shown
    where ${status ?? null}::text is null or coalesce(shown.status, 'success') = ${status ?? null}
    order by ${order(sql`p`)}
    limit ${limit}`
}

/** Sessions by a value of the call that is shown. It reads all calls of the time asked for. */
export async function listSortedSessions(
  sql: Sql,
  { status, ...filter }: LogFilter,
  { sort, descending, limit }: Listing,
): Promise<readonly ListedSession[]> {
  const direction = descending ? sql`desc nulls last` : sql`asc nulls last`
  const session = sql`coalesce(nullif(l.session_id, ''), l.request_id)`
  return await sql<ListedSession[]>`
    select l."startTime"::text as "startTime", l.request_id as "requestId", l.request_id as "shownId"
    from (
      select distinct on (${session}, l.api_key)
        l.request_id, l."startTime", l."endTime", l."completionStartTime", l.spend, l.total_tokens, l.model, l.status
      from "LiteLLM_SpendLogs" as l
      where ${passes(sql, filter)}
      order by ${session}, l.api_key, ${shownFirst(sql)}
    ) as l
    where ${status ?? null}::text is null or coalesce(l.status, 'success') = ${status ?? null}
    order by ${sorted(sql, sort)} ${direction}, l.request_id
    limit ${limit}`
}

/** LiteLLM's order of the calls of a session. */
function shownFirst(sql: Sql): Fragment {
  const isAgent = sql`l.call_type = any(${[...SPAN_TYPES.agent]}::text[])`
  return sql`
    ${isAgent} desc,
    case when ${isAgent} then l."endTime" end desc nulls last,
    l.call_type = any(${[...SPAN_TYPES.mcp]}::text[]),
    l."startTime" desc,
    l.request_id desc`
}
