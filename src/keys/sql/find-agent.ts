import type { Sql } from 'postgres'
import type { Schema } from '../../database/schema.ts'
import type { Json } from '../../types.ts'
import type { FindKeyOptions } from './find-key.ts'

const TABLE = 'LiteLLM_AgentsTable'
const COLUMNS = ['agent_id', 'tpm_limit', 'rpm_limit', 'session_tpm_limit', 'session_rpm_limit']

/** The limits of one agent. Older databases have no agents, or none with limits. */
export async function findAgent(
  sql: Sql,
  schema: Schema,
  agentId: string,
  { prepare = true, signal }: FindKeyOptions = {},
): Promise<Json | undefined> {
  const known = COLUMNS.filter((column) => schema.get(TABLE)?.columns.has(column))
  if (known.length < 2) return undefined
  const query = sql.unsafe<Json[]>(textFor(known), [agentId], { prepare })
  signal?.addEventListener('abort', () => query.cancel(), { once: true })
  const [row] = await query
  return row
}

function textFor(columns: readonly string[]): string {
  return `
  select ${columns.map((column) => `a.${column}`).join(', ')}
  from "${TABLE}" as a
  where a.agent_id = $1`
}
