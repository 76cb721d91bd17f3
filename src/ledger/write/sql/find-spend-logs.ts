import type { Sql } from 'postgres'

export interface SpendLogFilter {
  readonly hashedToken?: string
  readonly userId?: string
  readonly requestId?: string
  /** UTC, both included. */
  readonly from?: string
  readonly to?: string
  readonly limit: number
}

/** The latest rows of the log, with the columns this version of LiteLLM has, times in UTC. */
export async function findSpendLogs(sql: Sql, filter: SpendLogFilter): Promise<readonly unknown[]> {
  const rows = await sql<{ row: unknown }[]>`
    select to_jsonb(l) as row
    from "LiteLLM_SpendLogs" as l
    where (${filter.hashedToken ?? null}::text is null or l.api_key = ${filter.hashedToken ?? null})
      and (${filter.userId ?? null}::text is null or l."user" = ${filter.userId ?? null})
      and (${filter.requestId ?? null}::text is null or l.request_id = ${filter.requestId ?? null})
      and (${filter.from ?? null}::text is null or l."startTime" >= ${filter.from ?? null}::text::timestamp)
      and (${filter.to ?? null}::text is null or l."startTime" <= ${filter.to ?? null}::text::timestamp)
    order by l."startTime" desc
    limit ${filter.limit}`
  return rows.map(({ row }) => row)
}
