import type { Sql } from 'postgres'
import { MIGRATIONS } from './migrations/migrations.ts'
import { applyMigration } from './sql/apply-migration.ts'
import { findMigrations, type MigrationState } from './sql/find-migrations.ts'

export interface MigrationReport {
  /** Who creates and alters the tables of this database from now on. */
  readonly managedBy: 'litellm' | 'express-litellm'
  /** What was missing and has been applied, by this process or by another at the same time. */
  readonly applied: readonly string[]
}

/**
 * Creates LiteLLM's tables in a database that has none, and keeps them up to date. A database that LiteLLM manages is
 * left as it is. Safe when several processes start at once, and when repeated.
 */
export async function migrate(sql: Sql): Promise<MigrationReport> {
  const state = await findMigrations(sql)
  if (isLiteLLMs(state)) return { managedBy: 'litellm', applied: [] }
  const missing = MIGRATIONS.filter(({ name }) => !state.applied.includes(name))
  for (const migration of missing) await applyMigration(sql, migration)
  return { managedBy: 'express-litellm', applied: missing.map(({ name }) => name) }
}

function isLiteLLMs({ prisma, litellm_tables, applied }: MigrationState): boolean {
  return prisma || (litellm_tables && applied.length === 0)
}
