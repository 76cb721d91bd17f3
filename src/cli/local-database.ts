import { join } from 'node:path'
import postgres, { type Sql } from 'postgres'
import { type DemoKey, ensureDemoKey } from './demo-key.ts'
import { type LocalPostgres, startLocalPostgres } from './local-postgres.ts'
import { writingTo } from './own-directory.ts'

export interface LocalDatabase {
  readonly url: string
  readonly dir: string
  readonly demoKey: DemoKey
}

export interface LocalDatabaseOptions {
  /** `.express-litellm` of the project. */
  readonly home: string
  migrate(sql: Sql): Promise<unknown>
  onLog(line: string): void
  /** Told as soon as there is something to stop. */
  onStart(server: LocalPostgres): void
}

/** The database of a trial: started, with LiteLLM's tables, with a virtual key. */
export async function openLocalDatabase(options: LocalDatabaseOptions): Promise<LocalDatabase> {
  const { home, migrate, onLog, onStart } = options
  const server = await startLocalPostgres({ dir: join(home, 'postgres'), persistent: true, onLog })
  onStart(server)
  const sql = postgres(server.url, { max: 1, onnotice: () => {} })
  try {
    await migrate(sql)
    const demoKey = await writingTo(home, () => ensureDemoKey(sql, join(home, 'demo-key')))
    return { url: server.url, dir: server.dir, demoKey }
  } finally {
    await sql.end({ timeout: 1 })
  }
}
