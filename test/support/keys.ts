import { createHash, randomBytes } from 'node:crypto'
import type { Sql } from 'postgres'

export interface TestKey {
  readonly secret: string
  readonly hashedToken: string
}

/** A virtual key in the database. `columns` are those of LiteLLM_VerificationToken. */
export async function createKey(sql: Sql, columns: Record<string, unknown> = {}): Promise<TestKey> {
  const secret = `sk-${randomBytes(12).toString('base64url')}`
  const hashedToken = createHash('sha256').update(secret).digest('hex')
  const row = { token: hashedToken, key_name: `sk-...${secret.slice(-4)}`, models: [], ...columns }
  await sql`insert into "LiteLLM_VerificationToken" ${sql(row)}`
  return { secret, hashedToken }
}
