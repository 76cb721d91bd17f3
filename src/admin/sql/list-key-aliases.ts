import type { Sql } from 'postgres'

export interface AliasFilter {
  /** Keys of this user, and of these teams. Absent: of everybody. */
  readonly scope?: { readonly userId: string | null; readonly teamIds: readonly string[] }
  /** A part of the alias, whatever its case. */
  readonly search?: string | null
  readonly teamId?: string | null
}

/** One page of the names of keys, and how many there are. The sessions of LiteLLM's dashboard are left out. */
export async function listKeyAliases(
  sql: Sql,
  { scope, search, teamId }: AliasFilter,
  { limit, offset }: { readonly limit: number; readonly offset: number },
): Promise<{ readonly aliases: readonly string[]; readonly total: number }> {
  const [page] = await sql<[{ aliases: string[]; total: number }]>`
    with found as (
      select k.key_alias
      from "LiteLLM_VerificationToken" as k
      where k.key_alias <> ''
        and coalesce(k.team_id, '') <> 'litellm-dashboard'
        and (${scope === undefined} or k.user_id = ${scope?.userId ?? null} or k.team_id = any (${[...(scope?.teamIds ?? [])]}))
        and (${search || null}::text is null or strpos(lower(k.key_alias), lower(${search || null})) > 0)
        and (${teamId || null}::text is null or k.team_id = ${teamId || null})
    )
    select
      (select count(*)::int from found) as total,
      coalesce(
        (
          select json_agg(p.key_alias order by p.key_alias)
          from (select f.key_alias from found as f order by f.key_alias limit ${limit} offset ${offset}) as p
        ),
        '[]'
      ) as aliases`
  return page
}
