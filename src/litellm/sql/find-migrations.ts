import type { Sql } from 'postgres'

export interface MigrationState {
  /** LiteLLM's own migrations have run here. */
  readonly prisma: boolean
  readonly litellm_tables: boolean
  /** Ours, by name. */
  readonly applied: readonly string[]
}

/** Who has created tables in this database. Reads only, so that a role without the right to create can start. */
export async function findMigrations(sql: Sql): Promise<MigrationState> {
  const [state] = await sql<[Omit<MigrationState, 'applied'> & { recorded: boolean }]>`
    select
      to_regclass('"_prisma_migrations"') is not null as prisma,
      to_regclass('"LiteLLM_VerificationToken"') is not null
        or to_regclass('"LiteLLM_SpendLogs"') is not null as litellm_tables,
      to_regclass('express_litellm.migrations') is not null as recorded`
  const { recorded, ...found } = state
  const rows = recorded ? await sql<{ name: string }[]>`select name from express_litellm.migrations order by name` : []
  return { ...found, applied: rows.map((row) => row.name) }
}
