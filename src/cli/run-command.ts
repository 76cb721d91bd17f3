import { ConfigError } from '../errors.ts'
import { type Command, parseArguments } from './arguments.ts'
import { dlq } from './dlq.ts'
import { doctor } from './doctor.ts'
import { HELP } from './help.ts'
import { packageVersion } from './package-version.ts'
import type { Program, Surroundings } from './program.ts'
import { reconcile } from './reconcile.ts'
import { runMigrations } from './run-migrations.ts'
import { serve } from './serve.ts'

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
  reconcile,
  dlq,
  help: (_command, _program, { print }) => print(HELP),
  version: (_command, _program, { print }) => print(packageVersion()),
}
