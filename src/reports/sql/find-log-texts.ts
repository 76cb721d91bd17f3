import type { Sql } from 'postgres'

export interface LogTexts {
  readonly user: string | null
  readonly api_key: string
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
      'messages', to_jsonb(l) -> 'messages',
      'response', to_jsonb(l) -> 'response',
      'proxy_server_request', to_jsonb(l) -> 'proxy_server_request',
      'cold_storage_object_key', l.metadata ->> 'cold_storage_object_key'
    ) as row
    from "LiteLLM_SpendLogs" as l
    where l.request_id = ${requestId}`
  return row?.row
}
