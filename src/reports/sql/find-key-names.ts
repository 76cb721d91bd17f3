import type { Sql } from 'postgres'

export interface KeyName {
  readonly token: string
  readonly key_alias: string | null
  readonly team_id: string | null
  readonly user_id: string | null
  readonly user_email: string | null
}

/** Alias and owner of each of these keys that has a row in this table: that of keys, or of deleted ones. */
export async function findKeyNames(
  sql: Sql,
  table: 'LiteLLM_VerificationToken' | 'LiteLLM_DeletedVerificationToken',
  hashedTokens: readonly string[],
): Promise<readonly KeyName[]> {
  if (hashedTokens.length === 0) return []
  return await sql<KeyName[]>`
    select k.token, k.key_alias, k.team_id, k.user_id, u.user_email
    from ${sql(table)} as k
    left join "LiteLLM_UserTable" as u on u.user_id = k.user_id
    where k.token = any(${[...hashedTokens]}::text[])`
}
