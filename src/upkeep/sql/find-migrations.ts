import type { Sql } from 'postgres'

export interface MigrationState {
  /** The table in which LiteLLM records its migrations exists. */
  readonly prisma: boolean
  /** What it says has been applied, oldest first. Empty where this role may not read it. */
  readonly prisma_applied: readonly string[]
  readonly litellm_tables: boolean
  /** Ours, by name, with the checksum that was kept; null before checksums were. */
  readonly applied: ReadonlyMap<string, string | null>
}

type Found = Omit<MigrationState, 'applied' | 'prisma_applied'>

/** Who has created tables in this database. Reads only, so that a role without the right to create can start. */
export async function findMigrations(sql: Sql): Promise<MigrationState> {
  const [state] = await sql<[Found & { recorded: boolean; readable: boolean | null }]>`
    select
      to_regclass('"_prisma_migrations"') is not null as prisma,
      has_table_privilege(to_regclass('"_prisma_migrations"'), 'select') as readable,
      to_regclass('"LiteLLM_VerificationToken"') is not null
        or to_regclass('"LiteLLM_SpendLogs"') is not null as litellm_tables,
      to_regclass('express_litellm.migrations') is not null as recorded`
  const { recorded, readable, ...found } = state
  const prisma_applied = readable ? await findPrismaMigrations(sql) : []
  if (!recorded) return { ...found, prisma_applied, applied: new Map() }
  // The column is younger than the table.
  const rows = await sql<{ name: string; checksum: string | null }[]>`
    select m.name, to_jsonb(m) ->> 'checksum' as checksum
    from express_litellm.migrations as m
    order by m.name`
  return { ...found, prisma_applied, applied: new Map(rows.map(({ name, checksum }) => [name, checksum])) }
}

async function findPrismaMigrations(sql: Sql): Promise<readonly string[]> {
  const rows = await sql<{ migration_name: string }[]>`
    select migration_name
    from "_prisma_migrations"
    where finished_at is not null
    order by migration_name`
  return rows.map((row) => row.migration_name)
}
