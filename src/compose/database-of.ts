import type { ResolvedOptions } from '../config/options.ts'
import { type Database, openDatabase } from '../database/database.ts'
import { ConfigError } from '../errors.ts'
import type { GatewayEvents } from '../events.ts'

/** The database of a gateway, or `undefined` when it works without one. */
export function databaseOf({ database, parts, spend }: ResolvedOptions, events: GatewayEvents): Database | undefined {
  if (!database.enabled) return undefined
  if (!database.url) throw new ConfigError('`enabled` needs a database: set `database_url`, or DATABASE_URL.')
  const writes = !parts.sink && !spend.disabled
  // Behind a pooler in transaction mode nothing would be heard.
  return openDatabase({ ...database, url: database.url, writes, listens: database.prepare }, events)
}
