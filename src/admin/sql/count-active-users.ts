import type { Sql } from 'postgres'

export interface ActiveUsers {
  readonly tag: string
  /** "2026-01-31". */
  readonly date: string
  readonly active_users: number
}

/** How many users have called with a tag, day by day from `from` on. `tags`: only these; `part`: only tags that hold it. */
export async function countActiveUsers(
  sql: Sql,
  from: string,
  { tags, part }: { readonly tags?: readonly string[]; readonly part?: string | null },
): Promise<readonly ActiveUsers[]> {
  return await sql<ActiveUsers[]>`
    select d.tag, d.date, count(distinct k.user_id)::int as active_users
    from "LiteLLM_DailyTagSpend" as d
    join "LiteLLM_VerificationToken" as k on k.token = d.api_key
    where d.date >= ${from}
      and k.user_id is not null
      and (${tags === undefined} or d.tag = any (${[...(tags ?? [])]}))
      and (${part || null}::text is null or strpos(lower(d.tag), lower(${part || null})) > 0)
    group by d.tag, d.date
    order by d.date desc, active_users desc, d.tag`
}
