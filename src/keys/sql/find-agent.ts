import type { Sql } from 'postgres'
import type { Schema } from '../../database/schema.ts'
import { AGENT, type AgentRow } from '../joined-columns.ts'
import type { FindKeyOptions } from './find-key.ts'

const TABLE = 'LiteLLM_AgentsTable'

/** The limits of one agent. Older databases have no agents, or none with limits. */
export async function findAgent(
  sql: Sql,
  schema: Schema,
  agentId: string,
  { prepare = true, signal }: FindKeyOptions = {},
): Promise<AgentRow | undefined> {
  const known = AGENT.filter((column) => schema.get(TABLE)?.columns.has(column))
  if (known.length < 2) return undefined
  const query = sql.unsafe<AgentRow[]>(textFor(known), [agentId], { prepare })
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
