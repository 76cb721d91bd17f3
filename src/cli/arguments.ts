import { parseArgs } from 'node:util'
import { hashSecret } from '../admission/credential/credential.ts'
import { parseDuration, parseSeconds } from '../config/durations.ts'
import { workersIn } from '../config/limit-options.ts'
import { ConfigError } from '../errors.ts'
import { isTrue } from '../lib/environment.ts'
import { TOTALS } from '../upkeep/reconcile.ts'
import type { DlqArguments } from './commands/dlq.ts'
import type { DoctorArguments } from './commands/doctor.ts'
import type { KeysArguments } from './commands/keys.ts'
import type { LogsArguments } from './commands/logs.ts'
import type { ReconcileArguments } from './commands/reconcile.ts'
import { SPEND_KINDS, type SpendArguments } from './commands/spend.ts'
import { readUi, type UiArguments } from './commands/ui.ts'
import type { DatabaseArguments } from './commands/with-database.ts'
import type { Environment } from './postgres/program.ts'

export type Command =
  | { readonly name: 'help' | 'version' }
  | ({ readonly name: 'serve' } & ServeArguments)
  | ({ readonly name: 'migrate' } & MigrateArguments)
  | ({ readonly name: 'doctor' } & DoctorArguments)
  | ({ readonly name: 'logs' } & LogsArguments)
  | ({ readonly name: 'spend' } & SpendArguments)
  | ({ readonly name: 'keys' } & KeysArguments)
  | ({ readonly name: 'reconcile' } & ReconcileArguments)
  | ({ readonly name: 'dlq' } & DlqArguments)
  | ({ readonly name: 'ui' } & UiArguments)

export interface ServeArguments {
  readonly config?: string
  readonly port: number
  /** `undefined`: 0.0.0.0 as LiteLLM, but 127.0.0.1 with the local database of a trial. */
  readonly host?: string
  /** Whether the password of the database that `serve` made itself is printed with its URL. */
  readonly showsSecrets?: boolean
  /** Log lines of level `debug`. */
  readonly debug?: boolean
  /** Whether tables that are missing in the database are made at the start. */
  readonly migrate: boolean
  /** How many processes serve the port; `undefined`: as the options say. */
  readonly workers?: number
  /** Milliseconds, see the option. */
  readonly shutdownGrace?: number
  readonly shutdownDrainDelay?: number
}

export type MigrateArguments = DatabaseArguments

const FLAGS = { help: { type: 'boolean', short: 'h' }, version: { type: 'boolean', short: 'v' } } as const
const CONFIG = { config: { type: 'string', short: 'c' } } as const
const DATABASE = { ...CONFIG, 'database-url': { type: 'string' }, ...FLAGS } as const

/** What the command line asks for; without a command it is `serve`, as with `litellm`. `PORT` and `HOST` stand in for their flags, as with LiteLLM. Throws ConfigError. */
export function parseArguments(argv: readonly string[], env: Environment): Command {
  const [name = 'serve', ...rest] = argv
  const read = COMMANDS.get(name)
  if (read) return read(rest, env)
  if (['help', '--help', '-h'].includes(name)) return { name: 'help' }
  if (['version', '--version', '-v'].includes(name)) return { name: 'version' }
  if (name.startsWith('-')) return readServe([...argv], env)
  throw new ConfigError(`There is no command "${name}". ${HINT}`)
}

const HINT = 'See `express-litellm help`.'

type Read = (args: string[], env: Environment) => Command

const COMMANDS: ReadonlyMap<string, Read> = new Map([
  ['serve', readServe],
  ['migrate', readMigrate],
  ['doctor', readDoctor],
  ['logs', readLogs],
  ['spend', readSpend],
  ['keys', readKeys],
  ['reconcile', readReconcile],
  ['dlq', readDlq],
  ['ui', readUi],
])

function readServe(args: string[], env: Environment): Command {
  const options = {
    ...CONFIG,
    port: { type: 'string', short: 'p' },
    host: { type: 'string' },
    'no-migrate': { type: 'boolean' },
    'show-secrets': { type: 'boolean' },
    debug: { type: 'boolean' },
    // LiteLLM's name of the same.
    detailed_debug: { type: 'boolean' },
    workers: { type: 'string' },
    // LiteLLM's name of the same.
    num_workers: { type: 'string' },
    grace: { type: 'string' },
    'drain-delay': { type: 'string' },
    ...FLAGS,
  } as const
  const values = orSentence(() => parseArgs({ args, options, strict: true }).values)
  const { config, port = env.PORT || '4000', host = env.HOST || undefined } = values
  const migrate = !values['no-migrate'] && !isTrue(env.DISABLE_SCHEMA_UPDATE)
  const showsSecrets = values['show-secrets']
  const debug = values.debug || values.detailed_debug
  const shutdownGrace = durationOf('--grace', values.grace)
  const shutdownDrainDelay = durationOf('--drain-delay', values['drain-delay'])
  const workers = workersIn('--workers', values.workers ?? values.num_workers)
  const more = { workers, shutdownGrace, shutdownDrainDelay }
  return asked(values) ?? { name: 'serve', config, port: portOf(port), host, migrate, showsSecrets, debug, ...more }
}

function readMigrate(args: string[]): Command {
  const values = orSentence(() => parseArgs({ args, options: DATABASE, strict: true }).values)
  return asked(values) ?? { name: 'migrate', ...databaseOf(values) }
}

function readDoctor(args: string[]): Command {
  const values = orSentence(() => parseArgs({ args, options: DATABASE, strict: true }).values)
  return asked(values) ?? { name: 'doctor', ...databaseOf(values) }
}

function readReconcile(args: string[]): Command {
  const options = {
    ...DATABASE,
    since: { type: 'string' },
    fix: { type: 'boolean' },
    settle: { type: 'string' },
    resume: { type: 'string' },
  } as const
  const values = orSentence(() => parseArgs({ args, options, strict: true }).values)
  const { since, fix = false, settle = '20s', resume: resumeAt } = values
  if (since !== undefined && !isDay(since))
    throw new ConfigError(`--since must be a day such as 2026-03-01, not "${since}".`)
  if (resumeAt !== undefined && resumeAt !== TOTALS && !isDay(resumeAt))
    throw new ConfigError(`--resume must be a day such as 2026-03-01, or totals, not "${resumeAt}".`)
  const settleMs = settle === '0' ? 0 : parseDuration(settle)
  if (settleMs === undefined) throw new ConfigError(`--settle must be a duration such as 20s, not "${settle}".`)
  return asked(values) ?? { name: 'reconcile', ...databaseOf(values), since, fix, settleMs, resumeAt }
}

const MAX_LINES = 1_000

function readLogs(args: string[]): Command {
  const options = {
    ...DATABASE,
    limit: { type: 'string', short: 'n' },
    key: { type: 'string' },
    user: { type: 'string' },
    call: { type: 'string' },
    json: { type: 'boolean' },
  } as const
  const values = orSentence(() => parseArgs({ args, options, strict: true }).values)
  const { limit = '20', key, user: userId, call: requestId, json = false } = values
  const rows = limitOf(limit)
  const hashedToken = key?.startsWith('sk-') ? hashSecret(key) : key
  return asked(values) ?? { name: 'logs', ...databaseOf(values), limit: rows, hashedToken, userId, requestId, json }
}

function readSpend(args: string[]): Command {
  const options = {
    ...DATABASE,
    by: { type: 'string' },
    since: { type: 'string' },
    until: { type: 'string' },
    limit: { type: 'string', short: 'n' },
    json: { type: 'boolean' },
  } as const
  const values = orSentence(() => parseArgs({ args, options, strict: true }).values)
  const { by: wanted = 'day', since, until, limit = '31', json = false } = values
  const by = SPEND_KINDS.find((kind) => kind === wanted)
  if (!by) throw new ConfigError(`--by must be one of ${SPEND_KINDS.join(', ')}, not "${wanted}".`)
  for (const [flag, day] of [
    ['--since', since],
    ['--until', until],
  ] as const) {
    if (day !== undefined && !isDay(day))
      throw new ConfigError(`${flag} must be a day such as 2026-03-01, not "${day}".`)
  }
  return asked(values) ?? { name: 'spend', ...databaseOf(values), by, since, until, limit: limitOf(limit), json }
}

function readKeys(args: string[]): Command {
  const options = {
    ...DATABASE,
    limit: { type: 'string', short: 'n' },
    user: { type: 'string' },
    team: { type: 'string' },
    json: { type: 'boolean' },
  } as const
  const values = orSentence(() => parseArgs({ args, options, strict: true }).values)
  const { limit = '20', user: userId, team: teamId, json = false } = values
  return asked(values) ?? { name: 'keys', ...databaseOf(values), limit: limitOf(limit), userId, teamId, json }
}

function limitOf(text: string): number {
  const lines = Number(text)
  if (Number.isInteger(lines) && lines >= 1 && lines <= MAX_LINES) return lines
  throw new ConfigError(`--limit must be a number from 1 to ${MAX_LINES}, not "${text}".`)
}

const DLQ_ACTIONS = ['list', 'show', 'replay', 'purge'] as const

function readDlq(args: string[]): Command {
  const options = { ...DATABASE, journal: { type: 'string' }, all: { type: 'boolean' } } as const
  const { values, positionals } = orSentence(() => parseArgs({ args, options, strict: true, allowPositionals: true }))
  const [word = 'list', ...ids] = positionals
  const action = DLQ_ACTIONS.find((name) => name === word)
  if (!action) throw new ConfigError(`dlq can ${DLQ_ACTIONS.join(', ')}, not "${word}". ${HINT}`)
  const { journal, all = false } = values
  return asked(values) ?? { name: 'dlq', ...databaseOf(values), action, ids, all, journal }
}

function databaseOf(values: { config?: string; 'database-url'?: string }): DatabaseArguments {
  return { config: values.config, databaseUrl: values['database-url'] }
}

/** Milliseconds of a duration, or of a number of seconds. */
function durationOf(flag: string, text: string | undefined): number | undefined {
  if (text === undefined) return undefined
  const ms = parseSeconds(text)
  if (ms !== undefined) return ms
  throw new ConfigError(`${flag} must be a duration such as 30s, not "${text}".`)
}

function isDay(text: string): boolean {
  return /^\d{4}-\d{2}-\d{2}$/.test(text) && !Number.isNaN(Date.parse(text))
}

function asked(values: { help?: boolean; version?: boolean }): Command | undefined {
  if (values.help) return { name: 'help' }
  return values.version ? { name: 'version' } : undefined
}

function portOf(text: string): number {
  const port = /^\d+$/.test(text) ? Number(text) : Number.NaN
  if (port <= 65_535) return port
  throw new ConfigError(`The port must be a number from 0 to 65535, not "${text}".`)
}

function orSentence<T>(parse: () => T): T {
  try {
    return parse()
  } catch (error) {
    throw new ConfigError(`${(error as Error).message.split('. ')[0]?.replace(/\.$/, '')}. ${HINT}`, { cause: error })
  }
}
