import type { Sql } from 'postgres'

/** The distinct names of keys: all, or those of one user's keys. */
export async function listKeyAliases(sql: Sql, userId: string | undefined): Promise<readonly string[]> {
  const rows = await sql<{ alias: string }[]>`
    select distinct k.key_alias as alias
    from "LiteLLM_VerificationToken" as k
    where k.key_alias <> ''
      and coalesce(k.team_id, '') <> 'litellm-dashboard'
      and (${userId ?? null}::text is null or k.user_id = ${userId ?? null})
    order by alias`
  return rows.map(({ alias }) => alias)
}
