import type { Sql } from 'postgres'

export interface CredentialRow {
  readonly credential_name: string
  /** An object, or JSON text in a JSON string. */
  readonly credential_values: unknown
}

/** Every row of LiteLLM's credentials table, its values still sealed. */
export async function listCredentials(sql: Sql): Promise<readonly CredentialRow[]> {
  return await sql<CredentialRow[]>`
    select
      c.credential_name,
      c.credential_values
    from "LiteLLM_CredentialsTable" as c
    order by c.credential_name`
}
