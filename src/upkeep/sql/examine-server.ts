import type { Sql } from 'postgres'

export interface ServerFacts {
  readonly version: string
  readonly database: string
  readonly role: string
  readonly search_path: string
  readonly time_zone: string
  readonly server_now: Date
  readonly read_only: boolean
  readonly recovery: boolean
  readonly may_create_schema: boolean
  readonly backend_port: number | null
}

/** What the server says about itself and about us. */
export async function examineServer(sql: Sql): Promise<ServerFacts> {
  const [facts] = await sql<[ServerFacts]>`
    select
      current_setting('server_version') as version,
      current_database() as database,
      current_user as role,
      current_setting('search_path') as search_path,
      current_setting('TimeZone') as time_zone,
      clock_timestamp() as server_now,
      current_setting('transaction_read_only')::boolean as read_only,
      pg_is_in_recovery() as recovery,
      has_database_privilege(current_database(), 'create') as may_create_schema,
      inet_server_port() as backend_port`
  return facts
}
