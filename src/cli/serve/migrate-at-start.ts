import { ConfigError } from '../../errors.ts'
import type { Gateway } from '../../gateway.ts'
import type { ServeArguments } from '../arguments.ts'
import { connect } from '../commands/with-database.ts'
import { messageOf } from '../message-of.ts'
import type { MigrationResult, Program, ServeSettings, Surroundings } from '../postgres/program.ts'

/** `later` waits for a database that was away. */
export interface StartMigration {
  later(gateway: Gateway): void
}

/**
 * Makes the tables that a configured database lacks, before anything is served from it. A migration that fails is told, and
 * the gateway starts without it, unless the database is required: then a `ConfigError` says why.
 */
export async function migrateAtStart(
  { migrate: wanted }: Pick<ServeArguments, 'migrate'>,
  settings: ServeSettings,
  program: Program,
  around: Surroundings,
): Promise<StartMigration> {
  const { url, enabled, isRequired } = settings.database
  if (!wanted || !enabled || url === undefined) return DONE
  const first = await run()
  if (first !== 'away') return DONE
  return {
    later(gateway) {
      let running = false
      gateway.events.on('database:up', () => {
        if (running) return
        running = true
        void run().then(
          (end) => {
            running = end !== 'away'
          },
          (error) => around.warn(String(error)),
        )
      })
    },
  }

  async function run(): Promise<'away' | 'done'> {
    const sql = connect(settings)
    try {
      const there = await sql`select 1`.then(
        () => true,
        () => false,
      )
      if (!there) return 'away'
      const report = textOf(await program.migrate(sql))
      if (report !== undefined) around.print(report)
    } catch (error) {
      const told = error instanceof ConfigError ? error : new ConfigError(`${UNSEEN}: ${messageOf(error)}.`)
      if (isRequired) throw told
      around.warn(told.message)
    } finally {
      await sql.end({ timeout: 1 })
    }
    return 'done'
  }
}

const UNSEEN = 'It could not be found out which tables the database lacks'
const DONE: StartMigration = { later: () => {} }

function textOf({ applied }: MigrationResult): string | undefined {
  return applied.length > 0
    ? `The tables of the database are up to date. Applied now: ${applied.join(', ')}`
    : undefined
}
