#!/usr/bin/env node

import { setFlagsFromString } from 'node:v8'
import { runCommand } from './commands/run-command.ts'
import { packageProgram } from './postgres/package-program.ts'
import { stopSignals } from './serve/stop-signals.ts'

/** Everything is closed by then. What still holds the process is not worth waiting for. */
const LINGER_MS = 1_000

tuneCollector()
process.exitCode = await runCommand(process.argv.slice(2), packageProgram, {
  env: process.env,
  cwd: process.cwd(),
  print: (line) => console.log(line),
  warn: (line) => console.error(line),
  ...(process.stderr.isTTY && { status: (text: string) => void process.stderr.write(`\r\x1b[2K${text}`) }),
  ...stopSignals(),
})
setTimeout(() => process.exit(), LINGER_MS).unref()

/**
 * Everything that a call makes dies with it. V8 takes what it saw live while the process was starting for things that live
 * long, and from then on makes them among the old ones, where each keeps its whole call alive until all old ones are looked
 * at: in some runs and not in others, that quadruples what the collector copies. A gateway loses nothing without that guess.
 */
export function tuneCollector(): void {
  setFlagsFromString('--no-allocation-site-pretenuring')
}
