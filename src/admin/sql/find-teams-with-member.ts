import type { Sql } from 'postgres'
import type { Json } from '../../types.ts'

/** Teams in whose list of members this user stands. Old rows have an object where the list belongs: it has no members. */
export async function findTeamsWithMember(sql: Sql, userId: string): Promise<readonly Json[]> {
  const rows = await sql<{ row: Json }[]>`
    select to_jsonb(t) as row
    from "LiteLLM_TeamTable" as t
    where t.members_with_roles @> jsonb_build_array(jsonb_build_object('user_id', ${userId}::text))
    order by t.team_id`
  return rows.map(({ row }) => row)
}
