import type { Sql } from 'postgres'

export interface UsedTag {
  readonly tag: string
  /** UTC, ISO without a zone. */
  readonly first: string
  readonly last: string
}

/** Tags that calls have had between two days, the ends included. */
export async function listUsedTags(sql: Sql, from?: string, to?: string): Promise<readonly UsedTag[]> {
  return await sql<UsedTag[]>`
    select
      d.tag,
      to_jsonb(min(d.created_at)) #>> '{}' as first,
      to_jsonb(max(d.updated_at)) #>> '{}' as last
    from "LiteLLM_DailyTagSpend" as d
    where d.tag <> ''
      and (${from ?? null}::text is null or d.date >= ${from ?? null})
      and (${to ?? null}::text is null or d.date <= ${to ?? null})
    group by d.tag
    order by d.tag`
}
