import { createHash } from 'node:crypto'
import type { Sql } from 'postgres'
import { keptSecret } from './kept-secret.ts'
import { newSecret } from './new-secret.ts'

export interface DemoKey {
  readonly secret: string
  readonly hashedToken: string
}

/** A virtual key without limits, ready to be used: its secret is kept in `file`, its row in the database. */
export async function ensureDemoKey(sql: Sql, file: string): Promise<DemoKey> {
  const secret = await keptSecret(file, newSecret)
  const hashedToken = createHash('sha256').update(secret).digest('hex')
  await insertDemoKey(sql, hashedToken, `sk-...${secret.slice(-4)}`)
  return { secret, hashedToken }
}

/** An alias may be taken by the key of a lost file: that row has spend, so it keeps its name and this one has none. */
async function insertDemoKey(sql: Sql, hashedToken: string, name: string): Promise<void> {
  await sql`
    insert into "LiteLLM_VerificationToken" (token, key_name, key_alias, metadata)
    select
      ${hashedToken},
      ${name},
      case when exists (select 1 from "LiteLLM_VerificationToken" where key_alias = 'demo') then null else 'demo' end,
      '{"allow_client_tags": true}'
    on conflict (token) do nothing`
}
