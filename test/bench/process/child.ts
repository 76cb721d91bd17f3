import { fork } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'

/** A process of the benchmark that answers commands. */
export interface Child {
  readonly pid: number
  /** From the fork to the first sign of life, in milliseconds. */
  readonly startMs: number
  /** What the process said when it was ready. */
  readonly ready: any
  ask(command: string, argument?: unknown): Promise<any>
  /** Lets the process finish what it is doing, at most for three seconds. */
  stop(): Promise<void>
}

export interface ChildOptions {
  readonly argument?: unknown
  readonly execArgv?: readonly string[]
  /** Say nothing: some servers paint their start on the terminal. */
  readonly silent?: boolean
}

const READY_MS = 30_000
const STOP_MS = 3_000

/** Starts `file`, a path relative to the benchmark's folder, and waits until it is ready. */
export async function startChild(
  file: string,
  { argument, execArgv = [], silent = false }: ChildOptions = {},
): Promise<Child> {
  const startedAt = performance.now()
  const path = fileURLToPath(new URL(`../${file}`, import.meta.url))
  const child = fork(path, [JSON.stringify(argument ?? null)], {
    execArgv: ['--expose-gc', ...execArgv],
    env: { ...process.env, NODE_ENV: 'production' },
    stdio: [...Array(3).fill(silent ? 'ignore' : 'inherit'), 'ipc'],
    serialization: 'advanced',
  })
  const waiting = new Map<number, PromiseWithResolvers<any>>()
  let asked = 0
  const ready = Promise.withResolvers<any>()
  child.on('message', ({ id, result, error }: any) => {
    const waiter = id === 0 ? ready : waiting.get(id)
    waiting.delete(id)
    if (error === undefined) waiter?.resolve(result)
    else waiter?.reject(new Error(`${file}: ${error}`))
  })
  child.on('exit', (code, signal) => {
    const error = new Error(`${file} ended with ${signal ?? code}`)
    for (const waiter of [ready, ...waiting.values()]) waiter.reject(error)
  })
  const late = setTimeout(() => ready.reject(new Error(`${file} was not ready in time`)), READY_MS)
  const said = await ready.promise
    .catch((error: unknown) => {
      child.kill('SIGKILL')
      throw error
    })
    .finally(() => clearTimeout(late))
  const startMs = performance.now() - startedAt

  return {
    pid: child.pid!,
    startMs,
    ready: said,
    ask(command, argument) {
      const waiter = Promise.withResolvers<any>()
      waiting.set(++asked, waiter)
      child.send({ id: asked, command, argument })
      return waiter.promise
    },
    async stop() {
      if (child.exitCode !== null || child.signalCode !== null) return
      const ended = once(child, 'exit')
      child.disconnect()
      const kill = setTimeout(() => child.kill('SIGKILL'), STOP_MS)
      await ended
      clearTimeout(kill)
    },
  }
}
