import type { PendingQuery, Sql } from 'postgres'

export interface Backend {
  readonly pid: number
}

/** Which process of the server answers. */
export function findBackend(sql: Sql): PendingQuery<[Backend]> {
  return sql<[Backend]>`select pg_backend_pid() as pid`
}

/**
 * Whether something stands between: a pooler gives its clients numbers of its own, whatever its mode is. `found` is what
 * `findBackend` has found.
 */
export function isPooled(found: readonly [Backend]): boolean {
  // Known to postgres.js, unknown to its types: what the connection was told when it was opened.
  const { state } = found as typeof found & { readonly state: Backend }
  return found[0].pid !== state.pid
}

/** The server's version as a number: 170002 is 17.2. */
export async function serverVersion(sql: Sql): Promise<number> {
  const [server] = await sql<[{ version: number }]>`select current_setting('server_version_num')::int as version`
  return server.version
}
