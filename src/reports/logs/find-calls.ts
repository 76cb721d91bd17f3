import type { Sql } from 'postgres'
import type { Json } from '../../types.ts'

/** Columns of a call in a list, in LiteLLM's order: not what client and model have said. */
const COLUMNS = [
  ...['request_id', 'call_type', 'api_key', 'spend', 'total_tokens', 'prompt_tokens', 'completion_tokens'],
  ...['startTime', 'endTime', 'completionStartTime', 'model', 'model_id', 'model_group', 'custom_llm_provider'],
  ...['api_base', 'user', 'metadata', 'cache_hit', 'cache_key', 'request_tags', 'team_id', 'organization_id'],
  ...['end_user', 'requester_ip_address', 'session_id', 'status', 'mcp_namespaced_tool_name', 'agent_id'],
  ...['litellm_call_id', 'request_duration_ms'],
]

const TIMES = ['startTime', 'endTime', 'completionStartTime'] as const

/** These calls in this order, with times in UTC. `has`: whether this database has a column of the log. */
export async function findCalls(
  sql: Sql,
  requestIds: readonly string[],
  has: (column: string) => boolean,
): Promise<readonly Json[]> {
  if (requestIds.length === 0) return []
  const rows = await sql<{ row: Json }[]>`
    select to_jsonb(l) as row
    from (
      select ${sql(COLUMNS.filter(has))}
      from "LiteLLM_SpendLogs"
      where request_id = any(${[...requestIds]}::text[])
    ) as l`
  const byId = new Map(rows.map(({ row }) => [row.request_id, row]))
  return requestIds.flatMap((id) => {
    const row = byId.get(id)
    return row ? [listed(row)] : []
  })
}

function listed(row: Json): Json {
  const { startTime, endTime, request_duration_ms: durationMs } = row
  return {
    ...Object.fromEntries(COLUMNS.map((name) => [name, row[name] ?? null])),
    ...Object.fromEntries(TIMES.map((name) => [name, zoned(row[name])])),
    request_duration_ms: durationMs ?? Date.parse(`${endTime}Z`) - Date.parse(`${startTime}Z`),
  }
}

/** The log keeps UTC without saying so. Milliseconds are written out, as LiteLLM does, unless there are none. */
function zoned(time: unknown): string | null {
  if (typeof time !== 'string') return null
  const [seconds, fraction] = time.split('.')
  return `${seconds}${fraction === undefined ? '' : `.${fraction.padEnd(3, '0')}`}+00:00`
}

export interface LogTexts {
  readonly user: string | null
  readonly api_key: string
  readonly team_id: string | null
  readonly messages: unknown
  readonly response: unknown
  readonly proxy_server_request: unknown
  /** Where cold storage has them. */
  readonly cold_storage_object_key: string | null
}

/** What the client and the model have said in a call, where the log keeps it; `undefined` without such a call. */
export async function findLogTexts(sql: Sql, requestId: string): Promise<LogTexts | undefined> {
  const [row] = await sql<{ row: LogTexts }[]>`
    select jsonb_build_object(
      'user', l."user",
      'api_key', l.api_key,
      'team_id', to_jsonb(l) -> 'team_id',
      'messages', to_jsonb(l) -> 'messages',
      'response', to_jsonb(l) -> 'response',
      'proxy_server_request', to_jsonb(l) -> 'proxy_server_request',
      'cold_storage_object_key', l.metadata ->> 'cold_storage_object_key'
    ) as row
    from "LiteLLM_SpendLogs" as l
    where l.request_id = ${requestId}`
  return row?.row
}
