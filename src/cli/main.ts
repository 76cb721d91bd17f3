import { messageOf } from '../lib/message-of.ts'
import { tuneCollector } from '../lib/speed-devices.ts'
import { runCommand } from './commands/run-command.ts'
import { packageProgram } from './postgres/package-program.ts'
import { stopSignals } from './serve/stop-signals.ts'
import { workerProcesses, workerSignals } from './serve/worker-processes.ts'

/** Everything is closed by then. What still holds the process is not worth waiting for. */
const LINGER_MS = 1_000

// `doctor | head` closes the pipe: what is left to say is dropped, and a server goes on.
for (const stream of [process.stdout, process.stderr]) stream.on('error', () => {})

const workers = workerProcesses()

tuneCollector()
readEnvFile()
process.exitCode = await runCommand(process.argv.slice(2), packageProgram, {
  env: process.env,
  cwd: process.cwd(),
  print: (line) => console.log(line),
  warn: (line) => console.error(line),
  ...(process.stderr.isTTY && { status: (text: string) => void process.stderr.write(`\r\x1b[2K${text}`) }),
  ...workers,
  // On a terminal it says that the terminal is gone.
  ...(!process.stderr.isTTY && { onReload: (listener: () => void) => void process.on('SIGHUP', listener) }),
  ...(workers.worker ? workerSignals() : stopSignals()),
})
setTimeout(() => process.exit(), LINGER_MS).unref()

/** `.env` of the working directory. What the environment has already stays as it is. */
function readEnvFile(): void {
  try {
    process.loadEnvFile()
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return
    console.error(`.env of this directory cannot be read: ${messageOf(error)}.`)
    process.exit(1)
  }
}
