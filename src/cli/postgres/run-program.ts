import { spawn } from 'node:child_process'
import type { ServiceUser } from './service-user.ts'

export interface ProgramEnd {
  /** `undefined` when it could not be started or died by a signal. */
  readonly exitCode: number | undefined
  /** What it wrote to standard output and error, or why it could not be started. */
  readonly output: string
}

/** Runs a program to its end. Never rejects: whether it worked is in the result. */
export function runProgram(file: string, args: readonly string[], user?: ServiceUser): Promise<ProgramEnd> {
  return new Promise((resolve) => {
    const chunks: Buffer[] = []
    const child = spawn(file, args, { ...asUser(user), stdio: ['ignore', 'pipe', 'pipe'] })
    child.stdout.on('data', (chunk: Buffer) => chunks.push(chunk))
    child.stderr.on('data', (chunk: Buffer) => chunks.push(chunk))
    child.once('error', (error) => resolve({ exitCode: undefined, output: error.message }))
    child.once('close', (code) => resolve({ exitCode: code ?? undefined, output: Buffer.concat(chunks).toString() }))
  })
}

/** Spawn options of a PostgreSQL program: no locale, no `PG*` setting and no working directory of the caller's. */
export function asUser(user: ServiceUser | undefined) {
  const { PATH, SystemRoot, TEMP } = process.env
  const env: NodeJS.ProcessEnv = { PATH, SystemRoot, TEMP, LC_ALL: 'C', TZ: 'UTC' }
  return { env, ...(user ? { uid: user.uid, gid: user.gid, cwd: '/' } : {}) }
}
