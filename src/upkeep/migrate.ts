import type { Sql } from 'postgres'
import { codeOf, SQLSTATE } from '../database/sqlstates.ts'
import { ConfigError } from '../errors.ts'
import { RECORDED_MIGRATIONS, recordPrismaHistory } from './migrations/0012-prisma-history.ts'
import type { Migration } from './migrations/migration.ts'
import { MIGRATIONS } from './migrations/migrations.ts'
import { applyMigration, checksumOf } from './sql/apply-migration.ts'
import { findMigrations, type MigrationState } from './sql/find-migrations.ts'
import { recordChecksums } from './sql/record-checksums.ts'

const RECORDED: ReadonlySet<string> = new Set(RECORDED_MIGRATIONS)

export interface MigrationReport {
  /** Who creates and alters the tables of this database from now on. */
  readonly managedBy: 'litellm' | 'express-litellm'
  /** What was missing and has been applied, by this process or by another at the same time. */
  readonly applied: readonly string[]
  /** What was not applied because of an interruption. */
  readonly missing: readonly string[]
}

export interface MigrateOptions {
  /** Ends it between two migrations; each is applied whole or not at all. */
  readonly signal?: AbortSignal
  onStep?(step: { readonly done: number; readonly of: number; readonly name: string }): void
}

/**
 * Creates LiteLLM's tables in a database that has none, and keeps them up to date. A database that LiteLLM manages is
 * left as it is. Safe when several processes start at once, and when repeated. Throws a `ConfigError` that names the
 * migration that failed, or one that was applied in another form than it has now.
 */
export async function migrate(sql: Sql, { signal, onStep }: MigrateOptions = {}): Promise<MigrationReport> {
  const state = await findMigrations(sql)
  if (managerOf(state) === 'litellm') return { managedBy: 'litellm', applied: [], missing: [] }
  const known = MIGRATIONS.filter(({ name }) => state.applied.has(name))
  for (const migration of known) checkForm(migration, state.applied.get(migration.name))
  if (known.some(({ name }) => !state.applied.get(name))) await recordChecksums(sql, known).catch(unlessDenied)
  const missing = MIGRATIONS.filter(({ name }) => !state.applied.has(name))
  const applied: string[] = []
  for (const [done, migration] of missing.entries()) {
    if (signal?.aborted) break
    onStep?.({ done, of: missing.length, name: migration.name })
    await applyMigration(sql, migration).catch((error) => {
      throw failureOf(migration, error)
    })
    applied.push(migration.name)
  }
  return {
    managedBy: 'express-litellm',
    applied,
    missing: missing.slice(applied.length).map(({ name }) => name),
  }
}

/**
 * Who creates and alters the tables, or `undefined` where none have been made. A database of ours stays ours while LiteLLM's
 * record holds only what we wrote into it; a LiteLLM that has added migrations of its own manages it from then on.
 */
export function managerOf({ prisma, prisma_applied, litellm_tables, applied }: MigrationState) {
  if (applied.size === 0) return prisma || litellm_tables ? 'litellm' : undefined
  const isOurs =
    !prisma || (applied.has(recordPrismaHistory.name) && prisma_applied.every((name) => RECORDED.has(name)))
  return isOurs ? 'express-litellm' : 'litellm'
}

function checkForm(migration: Migration, kept: string | null | undefined): void {
  if (!kept || kept === checksumOf(migration)) return
  throw new ConfigError(
    `Migration ${migration.name} was applied in another form than this version has (checksum ${kept.slice(0, 12)}..., ` +
      `here ${checksumOf(migration).slice(0, 12)}...). Use the version that applied it, or restore the database from a backup.`,
  )
}

/** Checksums of what was applied long ago are worth no right that the role lacks. */
function unlessDenied(error: unknown): void {
  if (codeOf(error) !== SQLSTATE.denied) throw error
}

/** What to do, by SQLSTATE. */
const HELP: Readonly<Record<string, string>> = {
  [SQLSTATE.denied]: 'Grant the role `create` on the database and its schema, or migrate with a role that has it',
  [SQLSTATE.duplicateTable]: 'Something else has made a relation of that name: use an empty database, or remove it',
  [SQLSTATE.duplicateObject]: 'Something else has made an object of that name: use an empty database, or remove it',
  [SQLSTATE.diskFull]: 'The disk of the database is full: make room',
  [SQLSTATE.lockHeld]: 'Another session holds a lock: end it',
  [SQLSTATE.cancelled]: 'The server ended the statement: raise its `statement_timeout`',
  [SQLSTATE.readOnly]: 'The server is read-only: use the address of the primary',
}

function failureOf({ name }: Migration, error: unknown): ConfigError {
  const { code = '', message = String(error) } = error as { code?: string; message?: string }
  const help = HELP[code] ?? 'Repair what it says'
  return new ConfigError(
    `Migration ${name} failed: ${message}. Nothing of it was applied, and those before it stay. ${help}; ` +
      'then run `express-litellm migrate`, which goes on with it.',
    { cause: error },
  )
}
