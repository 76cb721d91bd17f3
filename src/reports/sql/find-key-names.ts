import type { Sql } from 'postgres'

export interface KeyName {
  readonly token: string
  readonly key_alias: string | null
  readonly team_id: string | null
  readonly user_id: string | null
}

/** Alias and owner of each of these keys that has a row. */
export async function findKeyNames(sql: Sql, hashedTokens: readonly string[]): Promise<readonly KeyName[]> {
  return await sql<KeyName[]>`
    select token, key_alias, team_id, user_id
    from "LiteLLM_VerificationToken"
    where token = any(${[...hashedTokens]}::text[])`
}
