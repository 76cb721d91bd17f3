import type { Sql } from 'postgres'

export interface MigrationState {
  /** LiteLLM's own migrations have run here. */
  readonly prisma: boolean
  readonly litellm_tables: boolean
  /** Ours, by name, with the checksum that was kept; null before checksums were. */
  readonly applied: ReadonlyMap<string, string | null>
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
  if (!recorded) return { ...found, applied: new Map() }
  // The column is younger than the table.
  const rows = await sql<{ name: string; checksum: string | null }[]>`
    select m.name, to_jsonb(m) ->> 'checksum' as checksum
    from express_litellm.migrations as m
    order by m.name`
  return { ...found, applied: new Map(rows.map(({ name, checksum }) => [name, checksum])) }
}
