import type { Logger } from '../../src/index.ts'

export interface LoggedLine {
  readonly level: string
  readonly fields: Readonly<Record<string, unknown>>
  readonly message: string
}

/** A logger that keeps what it is told: `lines` are the messages of levels above `debug`, `logged` is everything. */
export function listLogger() {
  const logged: LoggedLine[] = []
  const lines: string[] = []
  const at = (level: string) => (fields: object, message: string) => {
    logged.push({ level, fields: { ...fields }, message })
    if (level !== 'debug') lines.push(message)
  }
  const logger: Logger = { debug: at('debug'), info: at('info'), warn: at('warn'), error: at('error') }
  return { logger, logged, lines }
}
