import { createHash } from 'node:crypto'
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import type { Sql } from 'postgres'
import postgres from 'postgres'
import { keptSecret, newSecret } from '../serve/kept-secret.ts'
import { type LocalPostgres, startLocalPostgres } from './local-postgres.ts'
import { writingTo } from './own-directory.ts'

export interface LocalDatabase {
  readonly url: string
  readonly dir: string
  readonly passwordFile: string
  readonly demoKey: DemoKey
}

export interface LocalDatabaseOptions {
  /** `.express-litellm` of the project. */
  readonly home: string
  migrate(sql: Sql): Promise<unknown>
  onLog(line: string): void
  /** Told at the first start alone: it takes some seconds. */
  onStep(step: { readonly done: number; readonly of: number; readonly name: string }): void
  /** Told as soon as there is something to stop. */
  onStart(server: LocalPostgres): void
}

const KEY_FILE = 'demo-key'
const DATA_FOLDER = 'postgres'

/** Where `serve` keeps what it has made for this directory. */
export function homeOf(cwd: string): string {
  return join(cwd, '.express-litellm')
}

/** The PostgreSQL of an earlier `serve` in this directory. Its key file tells: the data may have had to go elsewhere. */
export async function openMadeHere(cwd: string, onLog: (line: string) => void): Promise<LocalPostgres | undefined> {
  const home = homeOf(cwd)
  if (!existsSync(join(home, KEY_FILE))) return undefined
  return await startLocalPostgres({ dir: join(home, DATA_FOLDER), persistent: true, onLog })
}

const STEPS = 3

/** The database of a trial: started, with LiteLLM's tables, with a virtual key. */
export async function openLocalDatabase(options: LocalDatabaseOptions): Promise<LocalDatabase> {
  const { home, migrate, onLog, onStart, onStep } = options
  let isFirst = false
  const server = await startLocalPostgres({
    dir: join(home, DATA_FOLDER),
    persistent: true,
    onLog,
    onMake(step) {
      isFirst = true
      onStep(
        step === 'making'
          ? { done: 0, of: STEPS, name: 'making a PostgreSQL' }
          : { done: 1, of: STEPS, name: 'starting it' },
      )
    },
  })
  onStart(server)
  if (isFirst) onStep({ done: 2, of: STEPS, name: "making LiteLLM's tables" })
  const sql = postgres(server.url, { max: 1, onnotice: () => {} })
  try {
    await migrate(sql)
    const demoKey = await writingTo(home, () => ensureDemoKey(sql, join(home, KEY_FILE)))
    return { url: server.url, dir: server.dir, passwordFile: join(server.dir, 'password'), demoKey }
  } finally {
    await sql.end({ timeout: 1 })
  }
}

interface DemoKey {
  readonly secret: string
  readonly hashedToken: string
}

/** A virtual key without limits, ready to be used: its secret is kept in `file`, its row in the database. */
export async function ensureDemoKey(sql: Sql, file: string): Promise<DemoKey> {
  const secret = await keptSecret(file, newSecret)
  const hashedToken = createHash('sha256').update(secret).digest('hex')
  await insertDemoKey(sql, hashedToken, `sk-...${secret.slice(-4)}`)
  return { secret, hashedToken }
}

/** An alias may be taken by the key of a lost file: that row has spend, so it keeps its name and this one has none. */
async function insertDemoKey(sql: Sql, hashedToken: string, name: string): Promise<void> {
  await sql`
    insert into "LiteLLM_VerificationToken" (token, key_name, key_alias, metadata)
    select
      ${hashedToken},
      ${name},
      case when exists (select 1 from "LiteLLM_VerificationToken" where key_alias = 'demo') then null else 'demo' end,
      '{"allow_client_tags": true}'
    on conflict (token) do nothing`
}
