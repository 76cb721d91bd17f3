import postgres, { type Sql } from 'postgres'
import { withDeadline } from '../../database/with-deadline.ts'
import { ConfigError } from '../../errors.ts'
import { messageOf } from '../output.ts'
import type { Program, ServeSettings, Surroundings } from '../postgres/program.ts'

export interface DatabaseArguments {
  readonly config?: string
  readonly databaseUrl?: string
}

/** Runs `work` on one connection to the configured database. Throws ConfigError when there is none. */
export async function withDatabase<T>(
  { config, databaseUrl }: DatabaseArguments,
  program: Program,
  { env, cwd }: Surroundings,
  work: (sql: Sql, settings: ServeSettings) => Promise<T>,
): Promise<T> {
  const settings = program.resolveOptions({ config, databaseUrl }, env, cwd)
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
    throw new ConfigError('No database is configured: give --database-url, or set DATABASE_URL.')
  }
  return postgres(url, {
    max: 1,
    prepare,
    connect_timeout: connectTimeoutMs / 1000,
    connection: searchPath === undefined ? {} : { search_path: searchPath },
    onnotice: () => {},
  })
}
