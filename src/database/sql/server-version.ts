import type { Sql } from 'postgres'

/** The server's version as a number: 170002 is 17.2. */
export async function serverVersion(sql: Sql): Promise<number> {
  const [server] = await sql<[{ version: number }]>`select current_setting('server_version_num')::int as version`
  return server.version
}
