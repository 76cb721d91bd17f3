import { readSchema } from '../../database/schema.ts'
import { withTimeout } from '../../lib/with-timeout.ts'
import { findFilledTables } from '../../upkeep/sql/find-filled-tables.ts'
import { connect } from '../commands/with-database.ts'
import type { ServeSettings, Surroundings } from '../postgres/program.ts'

/** What LiteLLM keeps in the database to change calls, and this gateway does not act on. */
const UNSERVED: Readonly<Record<string, string>> = {
  LiteLLM_MCPServerTable: 'MCP servers',
  LiteLLM_GuardrailsTable: 'guardrails',
  LiteLLM_PromptTable: 'prompts',
}

/**
 * Tells once which objects of LiteLLM the configured database has that are not acted on here: an operator who comes from
 * LiteLLM may count on a guardrail. A database that is away, or does not let this role look, is passed over. Never rejects.
 */
export async function reportUnserved({ database, ...rest }: ServeSettings, { warn }: Pick<Surroundings, 'warn'>) {
  if (!database.enabled || database.url === undefined) return
  const sql = connect({ database, ...rest })
  try {
    const found = await withTimeout(database.connectTimeoutMs, filledTables(), () => [])
    if (found.length === 0) return
    const kinds = found.map((table) => `${UNSERVED[table]} (${table})`)
    warn(`The database has ${kinds.join(', ')}. This gateway does not act on them: only LiteLLM does`)
  } catch {
    // Whoever needs the database hears of it from those who need it.
  } finally {
    await sql.end({ timeout: 1 })
  }

  async function filledTables(): Promise<readonly string[]> {
    return await findFilledTables(sql, await readSchema(sql), Object.keys(UNSERVED))
  }
}
