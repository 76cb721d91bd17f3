import type { Sql } from 'postgres'
import { MIGRATIONS } from './migrations/migrations.ts'
import { applyMigration } from './sql/apply-migration.ts'
import { findMigrations, type MigrationState } from './sql/find-migrations.ts'

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
 * left as it is. Safe when several processes start at once, and when repeated.
 */
export async function migrate(sql: Sql, { signal, onStep }: MigrateOptions = {}): Promise<MigrationReport> {
  const state = await findMigrations(sql)
  if (isLiteLLMs(state)) return { managedBy: 'litellm', applied: [], missing: [] }
  const missing = MIGRATIONS.filter(({ name }) => !state.applied.includes(name))
  const applied: string[] = []
  for (const [done, migration] of missing.entries()) {
    if (signal?.aborted) break
    onStep?.({ done, of: missing.length, name: migration.name })
    await applyMigration(sql, migration)
    applied.push(migration.name)
  }
  return {
    managedBy: 'express-litellm',
    applied,
    missing: missing.slice(applied.length).map(({ name }) => name),
  }
}

function isLiteLLMs({ prisma, litellm_tables, applied }: MigrationState): boolean {
  return prisma || (litellm_tables && applied.length === 0)
}
