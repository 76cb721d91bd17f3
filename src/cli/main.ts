#!/usr/bin/env node
import { packageProgram } from './package-program.ts'
import { runCommand } from './run-command.ts'
import { stopSignals } from './stop-signals.ts'
import { tuneCollector } from './tune-collector.ts'

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
