import { isTrue } from '../lib/environment.ts'
import type { Surroundings } from './postgres/program.ts'

const LINE_EVERY_MS = 5_000

export interface Progress {
  step(done: number, of: number, name: string): void
  /** Clears what stands on the terminal. */
  end(): void
}

/** Shows how far long work has come: in place on a terminal, as a line now and then elsewhere. */
export function createProgress(
  { status, warn }: Pick<Surroundings, 'status' | 'warn'>,
  now: () => number = () => performance.now(),
): Progress {
  let lastLine = now()
  return {
    step(done, of, name) {
      const text = `${done} of ${of}: ${name}`
      if (status) return status(text)
      if (now() - lastLine < LINE_EVERY_MS) return
      lastLine = now()
      warn(text)
    },
    end: () => status?.(''),
  }
}

/** `serve` may be asked for JSON by the environment too, before its configuration is read. */
export function wantsJson({ LITELLM_LOG_FORMAT: format, JSON_LOGS: flag }: Surroundings['env']): boolean {
  return format?.toLowerCase() === 'json' || isTrue(flag)
}

/** The same surroundings, each line of which is JSON with `time` (ISO), `level` and `message`, for collectors of logs. */
export function jsonLines(around: Surroundings, now: () => Date = () => new Date()): Surroundings {
  const lineOf = (level: string, message: string) => JSON.stringify({ time: now().toISOString(), level, message })
  return {
    ...around,
    print: (message) => around.print(lineOf('info', message)),
    warn: (message) => around.warn(lineOf('warning', message)),
    // Progress in place is for terminals.
    status: undefined,
  }
}

/** A table as lines: a head, then a line for each row. Columns are as wide as their widest text. */
export function tableText<Row>(
  columns: Readonly<Record<string, (row: Row) => string>>,
  rows: readonly Row[],
  rightAligned: ReadonlySet<string> = new Set(),
): string {
  const names = Object.keys(columns)
  const lines = [names, ...rows.map((row) => Object.values(columns).map((textOf) => textOf(row)))]
  const widths = names.map((_, at) => Math.max(...lines.map((line) => line[at]?.length ?? 0)))
  const cell = (text: string, at: number) =>
    rightAligned.has(names[at] ?? '') ? text.padStart(widths[at] ?? 0) : text.padEnd(widths[at] ?? 0)
  return lines.map((line) => line.map(cell).join('  ').trimEnd()).join('\n')
}
