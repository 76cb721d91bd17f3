import type { Sql } from 'postgres'
import type { Json } from '../../types.ts'

/** Users with this address, whatever its case. */
export async function findUsersByEmail(sql: Sql, email: string): Promise<readonly Json[]> {
  const rows = await sql<{ row: Json }[]>`
    select to_jsonb(u) as row
    from "LiteLLM_UserTable" as u
    where lower(u.user_email) = lower(${email})
    order by u.user_id`
  return rows.map(({ row }) => row)
}
