import postgres, { type Sql } from 'postgres'
import { addArrayTypes } from '../../database/array-types.ts'
import { withDeadline } from '../../database/with-deadline.ts'
import { ConfigError } from '../../errors.ts'
import { messageOf } from '../../lib/message-of.ts'
import { openMadeHere } from '../postgres/local-database.ts'
import type { Program, ServeSettings, Surroundings } from '../postgres/program.ts'

export interface DatabaseArguments {
  readonly config?: string
  readonly databaseUrl?: string
}

/**
 * Runs `work` on one connection to the configured database, else to the one that `serve` has made in this directory, which
 * is started for it unless it runs. Throws ConfigError when there is neither.
 */
export async function withDatabase<T>(
  { config, databaseUrl }: DatabaseArguments,
  program: Program,
  { env, cwd, warn }: Surroundings,
  work: (sql: Sql, settings: ServeSettings) => Promise<T>,
): Promise<T> {
  const configured = program.resolveOptions({ config, databaseUrl }, env, cwd)
  const local = configured.database.url === undefined ? await openMadeHere(cwd, warn) : undefined
  const settings = local ? { ...configured, database: { ...configured.database, url: local.url } } : configured
  try {
    return await withConnection(settings, work)
  } finally {
    await local?.stop()
  }
}

async function withConnection<T>(
  settings: ServeSettings,
  work: (sql: Sql, settings: ServeSettings) => Promise<T>,
): Promise<T> {
  const sql = connect(settings)
  try {
    await withDeadline(sql`select 1`, settings.database.connectTimeoutMs).catch((error: unknown) => {
      throw new ConfigError(`The database does not answer: ${messageOf(error)}.`, { cause: error })
    })
    return await work(sql, settings)
  } finally {
    await sql.end({ timeout: 1 })
  }
}

/** One connection to the configured database. */
export function connect({ database: { url, searchPath, prepare, connectTimeoutMs } }: ServeSettings): Sql {
  if (url === undefined) {
    throw new ConfigError(
      'No database is configured: give --database-url, set DATABASE_URL, or run `serve` here, which makes one.',
    )
  }
  const sql = postgres(url, {
    max: 1,
    prepare,
    connect_timeout: connectTimeoutMs / 1000,
    connection: searchPath === undefined ? {} : { search_path: searchPath },
    onnotice: () => {},
    fetch_types: false,
  })
  addArrayTypes(sql)
  return sql
}
