import type { MigrateArguments } from './arguments.ts'
import type { MigrationResult, Program, Surroundings } from './program.ts'
import { createProgress } from './progress.ts'
import { stopSignal } from './stop-signal.ts'
import { withDatabase } from './with-database.ts'

/**
 * Creates LiteLLM's tables in an empty database and says what it found. The exit code is 1 when it was interrupted.
 * Throws ConfigError when it cannot connect.
 */
export async function runMigrations(args: MigrateArguments, program: Program, around: Surroundings): Promise<number> {
  const signal = stopSignal(around)
  return await withDatabase(args, program, around, async (sql) => {
    const progress = createProgress(around)
    const result = await program.migrate(sql, { signal, onStep: ({ done, of, name }) => progress.step(done, of, name) })
    progress.end()
    around.print(describe(result))
    if (result.missing.length === 0) return 0
    around.warn(`Interrupted. Go on with the same command: ${result.missing.join(', ')} is left`)
    return 1
  })
}

function describe({ managedBy, applied, missing }: MigrationResult): string {
  if (managedBy === 'litellm') return 'LiteLLM manages this database: nothing was changed.'
  if (applied.length > 0) return `Migrated: ${applied.join(', ')}.`
  return missing.length > 0 ? 'Nothing was migrated.' : 'The database is up to date.'
}
