/**
 * Where log lines go: the part of pino's interface that the gateway uses, so that a pino logger is one. `fields` are facts
 * for machines; `message` is one line for people. Neither holds a secret, a prompt or an answer.
 */
export interface Logger {
  debug(fields: object, message: string): void
  info(fields: object, message: string): void
  warn(fields: object, message: string): void
  error(fields: object, message: string): void
  /** Whether lines of this level are written. Without it all are made. */
  isLevelEnabled?(level: LogLevel): boolean
}

export type LogLevel = 'debug' | 'info' | 'warn' | 'error'

/** Loudest first. */
const LEVELS: readonly LogLevel[] = ['error', 'warn', 'info', 'debug']

/** Values of `LITELLM_LOG`: Python's names, and pino's. `CRITICAL` has no lines of its own here. */
const LEVEL_NAMES: Readonly<Record<string, LogLevel>> = {
  debug: 'debug',
  info: 'info',
  warn: 'warn',
  warning: 'warn',
  error: 'error',
  critical: 'error',
}

/** The level of a name, in any case. `undefined`: it names none. */
export function levelNamed(name: string): LogLevel | undefined {
  const key = name.trim().toLowerCase()
  return Object.hasOwn(LEVEL_NAMES, key) ? LEVEL_NAMES[key] : undefined
}

export interface LineLoggerOptions {
  /** The least important lines that are written. */
  readonly level: LogLevel
  /** Each line is JSON, with `time`, `level`, `message` and the fields. Otherwise a sentence behind time and level. */
  readonly json: boolean
  /** For `debug` and `info`. */
  print(line: string): void
  /** For `warn` and `error`. */
  warn(line: string): void
  readonly now?: () => Date
}

/** As collectors of logs know it, and LiteLLM's `json_logs`. */
const IN_JSON: Readonly<Record<LogLevel, string>> = { debug: 'debug', info: 'info', warn: 'warning', error: 'error' }

/** A logger that writes lines, for a command that has no logger of an application. */
export function createLineLogger(options: LineLoggerOptions): Logger {
  const { level: least, json, now = () => new Date() } = options
  const isLevelEnabled = (level: LogLevel) => LEVELS.indexOf(level) <= LEVELS.indexOf(least)
  const print = inOneWrite(options.print)
  const writers = LEVELS.map((level, rank) => {
    const write = rank <= LEVELS.indexOf('warn') ? options.warn : print
    const lineOf = json ? jsonLine : textLine
    const isWritten = isLevelEnabled(level)
    return [level, (fields: object, message: string) => void (isWritten && write(lineOf(level, fields, message)))]
  })
  return { ...(Object.fromEntries(writers) as Record<LogLevel, Logger['info']>), isLevelEnabled }

  function jsonLine(level: LogLevel, fields: object, message: string): string {
    return JSON.stringify({ time: now().toISOString(), level: IN_JSON[level], message, ...fields })
  }

  function textLine(level: LogLevel, _fields: object, message: string): string {
    return `${now().toISOString()} ${level.toUpperCase().padEnd(5)} ${message}`
  }
}

/** The lines of one turn of the event loop are written at once: a write for each call costs as much as its line. */
function inOneWrite(print: (text: string) => void): (line: string) => void {
  let waiting: string[] = []
  return (line) => {
    if (waiting.push(line) > 1) return
    setImmediate(() => {
      const lines = waiting
      waiting = []
      print(lines.join('\n'))
    })
  }
}
