import { withDeadline } from '../../database/with-deadline.ts'
import { ConfigError } from '../../errors.ts'
import type { Gateway } from '../../gateway.ts'
import { messageOf } from '../../lib/message-of.ts'
import type { ServeArguments } from '../arguments.ts'
import { connect } from '../commands/with-database.ts'
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
  if (await before()) return DONE
  return {
    later(gateway) {
      let ended = false
      gateway.events.on('database:up', () => {
        if (ended) return
        ended = true
        void attempt(() => gateway.migrate()).catch((error: ConfigError) => {
          // It is tried again when the database comes back once more.
          ended = false
          around.warn(error.message)
        })
      })
    },
  }

  /** On a connection of its own, as there is no gateway yet. Whether the database was there. */
  async function before(): Promise<boolean> {
    const sql = connect(settings)
    try {
      // What stands before a database that is away may take connections, and drop each of them.
      const there = await withDeadline(sql`select 1`, settings.database.connectTimeoutMs).then(
        () => true,
        () => false,
      )
      if (!there) return false
      await attempt(() => program.migrate(sql)).catch((error: ConfigError) => {
        if (isRequired) throw error
        around.warn(error.message)
      })
      return true
    } finally {
      await sql.end({ timeout: 1 })
    }
  }

  /** Rejects with a ConfigError. */
  async function attempt(migrate: () => Promise<MigrationResult>): Promise<void> {
    const { applied } = await migrate().catch((error: unknown) => {
      throw error instanceof ConfigError ? error : new ConfigError(`${UNSEEN}: ${messageOf(error)}.`, { cause: error })
    })
    if (applied.length > 0) {
      around.print(`The tables of the database are up to date. Applied now: ${applied.join(', ')}`)
    }
  }
}

const UNSEEN = 'It could not be found out which tables the database lacks'
const DONE: StartMigration = { later: () => {} }
