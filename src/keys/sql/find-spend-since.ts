import type { Sql } from 'postgres'
import type { FindKeyOptions } from './find-key.ts'

/** Whose spend: a column of the spend logs. */
export type SpendOwner = 'api_key' | 'team_id'

/** What a key or a team has spent since then, by the spend logs. US dollars. */
export async function findSpendSince(
  sql: Sql,
  { column, id }: { readonly column: SpendOwner; readonly id: string },
  since: Date,
  { prepare = true, signal }: FindKeyOptions = {},
): Promise<number> {
  const query = sql.unsafe<{ spend: number }[]>(TEXTS[column], [since.toISOString(), id], { prepare })
  signal?.addEventListener('abort', () => query.cancel(), { once: true })
  const [row] = await query
  return row?.spend ?? 0
}

const SUM = `
  select coalesce(sum(l.spend), 0)::double precision as spend
  from "LiteLLM_SpendLogs" as l
  where l."startTime" >= $1::timestamptz at time zone 'UTC'`

const TEXTS: Readonly<Record<SpendOwner, string>> = {
  api_key: `${SUM} and l.api_key = $2`,
  team_id: `${SUM} and l.team_id = $2`,
}
