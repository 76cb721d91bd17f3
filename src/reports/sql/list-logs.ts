import type { Sql } from 'postgres'
import type { Json } from '../../types.ts'

export interface LogFilter {
  /** UTC, both included. */
  readonly from: string
  readonly to: string
  readonly requestId?: string
  readonly sessionId?: string
  readonly hashedToken?: string
  readonly userId?: string
  readonly teamId?: string
  readonly endUser?: string
  readonly model?: string
  readonly keyAlias?: string
  readonly status?: 'success' | 'failure'
  readonly isCacheHit?: boolean
  readonly minSpend?: number
  readonly maxSpend?: number
}

export interface LogPage {
  readonly rows: readonly Json[]
  readonly total: number
}

/** A page of the log, newest first, without what clients and models have said; `total` counts all that the filter lets pass. */
export async function listLogs(sql: Sql, filter: LogFilter, limit: number, offset: number): Promise<LogPage> {
  const passes = sql`
    l."startTime" between ${filter.from}::timestamp and ${filter.to}::timestamp
    ${filter.requestId === undefined ? sql`` : sql`and l.request_id = ${filter.requestId}`}
    ${filter.sessionId === undefined ? sql`` : sql`and l.session_id = ${filter.sessionId}`}
    ${filter.hashedToken === undefined ? sql`` : sql`and l.api_key = ${filter.hashedToken}`}
    ${filter.userId === undefined ? sql`` : sql`and l."user" = ${filter.userId}`}
    ${filter.teamId === undefined ? sql`` : sql`and l.team_id = ${filter.teamId}`}
    ${filter.endUser === undefined ? sql`` : sql`and l.end_user = ${filter.endUser}`}
    ${filter.model === undefined ? sql`` : sql`and ${filter.model} in (l.model, l.model_group)`}
    ${filter.keyAlias === undefined ? sql`` : sql`and l.metadata ->> 'user_api_key_alias' = ${filter.keyAlias}`}
    ${filter.status === undefined ? sql`` : sql`and coalesce(l.status, 'success') = ${filter.status}`}
    ${filter.isCacheHit === undefined ? sql`` : sql`and (l.cache_hit = 'True') = ${filter.isCacheHit}`}
    ${filter.minSpend === undefined ? sql`` : sql`and l.spend >= ${filter.minSpend}`}
    ${filter.maxSpend === undefined ? sql`` : sql`and l.spend <= ${filter.maxSpend}`}`
  const [[counted], rows] = await Promise.all([
    sql<{ total: number }[]>`
      select count(*)::int as total
      from "LiteLLM_SpendLogs" as l
      where ${passes}`,
    sql<{ row: Json }[]>`
      select to_jsonb(l) - array['messages', 'response', 'proxy_server_request'] as row
      from "LiteLLM_SpendLogs" as l
      where ${passes}
      order by l."startTime" desc, l.request_id desc
      limit ${limit}
      offset ${offset}`,
  ])
  return { rows: rows.map(({ row }) => row), total: counted?.total ?? 0 }
}
