import { readFileSync } from 'node:fs'
import { ConfigError } from '../../errors.ts'
import { type Command, type MigrateArguments, parseArguments } from '../arguments.ts'
import { createProgress } from '../output.ts'
import type { MigrationResult, Program, Surroundings } from '../postgres/program.ts'
import { serve } from '../serve/serve.ts'
import { stopSignal } from '../serve/stop-signals.ts'
import { dlq } from './dlq.ts'
import { doctor } from './doctor.ts'
import { keys } from './keys.ts'
import { logs } from './logs.ts'
import { reconcile } from './reconcile.ts'
import { spend } from './spend.ts'
import { ui } from './ui.ts'
import { withDatabase } from './with-database.ts'

/** What `express-litellm help` prints. */
const HELP = `express-litellm: an LLM gateway on a LiteLLM PostgreSQL database

Usage:
  express-litellm [serve] [--config config.yaml] [--port 4000] [--host <address>] [--no-migrate]
                          [--workers 1] [--grace 25s] [--drain-delay 0s] [--show-secrets] [--debug]
  express-litellm migrate [--config config.yaml] [--database-url <url>]
  express-litellm doctor    [--config config.yaml] [--database-url <url>]
  express-litellm logs      [--limit 20] [--key <key>] [--user <id>] [--call <id>] [--json] [--config config.yaml]
  express-litellm spend     [--by day] [--since 2026-03-01] [--until 2026-03-31] [--limit 31] [--json]
  express-litellm keys      [--limit 20] [--user <id>] [--team <id>] [--json]
  express-litellm reconcile [--since 2026-03-01] [--fix] [--config config.yaml] [--database-url <url>]
  express-litellm dlq list | show <id> | replay <id> | purge <id>   [--all] [--journal <dir>]
  express-litellm ui install [--from <python or folder>] [--to .express-litellm/ui]
  express-litellm help | version

serve    starts the gateway.
         Database: database_url of the config, LITELLM_DATABASE_URL or DATABASE_URL; without one, a PostgreSQL of its
         own in .express-litellm/postgres, with tables and a virtual key ready. The other commands find it there.
         --show-secrets prints its URL with the password.
         Models: model_list of the config, or OPENAI_API_KEY; without either, a demo upstream with canned answers.
         Tables: made at the start in an empty database, and kept up to date where this package made them; not with
         --no-migrate or DISABLE_SCHEMA_UPDATE=true. A database that LiteLLM manages is left as it is.
         Address: --host or HOST, --port or PORT. Default 0.0.0.0, but 127.0.0.1 with a database of its own.
         Processes: --workers or NUM_WORKERS. They share the port, budgets, limits and metrics; one that dies is
         replaced, and what it had answered is recorded.
         Log lines: --debug, or LITELLM_LOG=DEBUG, INFO (default), WARNING or ERROR; as JSON with LITELLM_LOG_FORMAT=json.
         SIGTERM or Ctrl-C: readiness is 503 at once, connections are taken for --drain-delay, calls may go on for
         --grace in all; then they are cut, and recorded by what was metered. A second signal cuts them at once, a
         third ends the process. Exit code 1 when a spend log is lost.
migrate  creates LiteLLM's tables in an empty database. Leaves a database that LiteLLM manages as it is.

doctor   says what database this is, what is written where, what is missing. Exit code 1 when calls could not be written.
logs     the latest calls as a table, newest first. --key: a virtual key or its hash. --json: whole rows, one a line.
spend    what was spent, of the last 30 days unless --since says otherwise. --by: day, key, user, team, organization,
         customer, tag, model or provider.
keys     the virtual keys with their budgets, what has spent most first.
reconcile  compares totals and daily tables with the log and lists what differs; --fix corrects it. Exit code 1 while
         something differs. --settle 20s: how long a difference must last (LiteLLM writes rows and totals apart).
         Interrupted, it says with which --resume to go on.
dlq      the calls that the database has refused for good: list, show, write again, remove.
ui       copies LiteLLM's own dashboard out of the Python package litellm on this machine, for LITELLM_UI_DIR.

  -c, --config <file>      LiteLLM's config.yaml. Default: CONFIG_FILE_PATH, or ./config.yaml if it exists
  -p, --port <number>      0 takes a free one
      --host <address>
      --workers <number>   Default: NUM_WORKERS, or 1
      --grace <duration>   Default: LITELLM_SHUTDOWN_GRACE, or 25s
      --drain-delay <duration>   Default: LITELLM_SHUTDOWN_DRAIN_DELAY, or 0s
      --database-url <url>
  -h, --help
  -v, --version
`

/** Runs one command line and resolves with the exit code. A mistake of the operator is one sentence, without a stack. */
export async function runCommand(argv: readonly string[], program: Program, around: Surroundings): Promise<number> {
  try {
    const command = parseArguments(argv, around.env)
    const exitCode = await COMMANDS[command.name](command as never, program, around)
    return typeof exitCode === 'number' ? exitCode : 0
  } catch (error) {
    around.warn(error instanceof ConfigError ? error.message : String((error as Error)?.stack ?? error))
    return 1
  }
}

type Run<Name> = (command: Extract<Command, { name: Name }>, program: Program, around: Surroundings) => unknown

const COMMANDS: { readonly [Name in Command['name']]: Run<Name> } = {
  serve,
  migrate: runMigrations,
  doctor,
  logs,
  spend,
  keys,
  reconcile,
  dlq,
  ui,
  help: (_command, _program, { print }) => print(HELP),
  version: (_command, _program, { print }) => print(packageVersion()),
}

/** The version in package.json, which lies two folders up from here in the sources and in the built package alike. */
function packageVersion(): string {
  const file = new URL('../../../package.json', import.meta.url)
  return (JSON.parse(readFileSync(file, 'utf8')) as { version: string }).version
}

/**
 * Creates LiteLLM's tables in an empty database and says what it found. The exit code is 1 when it was interrupted.
 * Throws ConfigError when it cannot connect.
 */
async function runMigrations(args: MigrateArguments, program: Program, around: Surroundings): Promise<number> {
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
