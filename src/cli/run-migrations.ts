import type { MigrateArguments } from './arguments.ts'
import type { MigrationResult, Program, Surroundings } from './program.ts'
import { withDatabase } from './with-database.ts'

/** Creates LiteLLM's tables in an empty database and says what it found. Throws ConfigError when it cannot connect. */
export async function runMigrations(args: MigrateArguments, program: Program, around: Surroundings): Promise<void> {
  await withDatabase(args, program, around, async (sql) => around.print(describe(await program.migrate(sql))))
}

function describe({ managedBy, applied }: MigrationResult): string {
  if (managedBy === 'litellm') return 'LiteLLM manages this database: nothing was changed.'
  return applied.length > 0 ? `Migrated: ${applied.join(', ')}.` : 'The database is up to date.'
}
