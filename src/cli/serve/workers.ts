import { setTimeout as sleep } from 'node:timers/promises'
import type { Surroundings, WorkerProcess } from '../postgres/program.ts'

/** A worker that has lived for so long did not fail at its start: it is replaced at once. */
const STEADY_MS = 30_000
const FIRST_PAUSE_MS = 1_000
const LONGEST_PAUSE_MS = 30_000

type Start = NonNullable<Surroundings['startWorker']>

/**
 * Serves with several processes on one port until it is asked to stop. The first makes what is missing, alone: database,
 * tables, keys; the others follow when it serves. A worker that ends is replaced; its journal is adopted by one that runs.
 * Resolves with the exit code: that of the first if it cannot start, else the highest of those that were stopped.
 */
export async function serveWithWorkers(count: number, start: Start, around: Surroundings): Promise<number> {
  const first = start(true)
  const hasFailed = await endedBeforeReady(first, around)
  if (hasFailed !== undefined) return hasFailed
  const pool = new WorkerPool(start, around.warn)
  pool.keep(first)
  const others = Array.from({ length: count - 1 }, () => start(false))
  for (const worker of others) pool.keep(worker)
  void Promise.all(others.map(({ ready }) => ready)).then(() => {
    around.print(`${count} workers serve the port: processes ${[first, ...others].map(({ pid }) => pid).join(', ')}`)
  })
  around.onReload?.(() => pool.reload())
  await around.stopRequested
  return await pool.stop(around.stopAgain?.())
}

/** Its exit code, where it ends without having served. It may be asked to stop meanwhile. */
async function endedBeforeReady({ ready, ended, stop }: WorkerProcess, around: Surroundings) {
  void around.stopRequested.then(stop)
  return await Promise.race([ready.then(() => undefined), ended])
}

/** Workers that run, each replaced when it ends. */
class WorkerPool {
  readonly #running = new Set<WorkerProcess>()
  readonly #start: Start
  readonly #warn: (line: string) => void
  readonly #stopping = new AbortController()
  readonly #codes: number[] = []

  constructor(start: Start, warn: (line: string) => void) {
    this.#start = start
    this.#warn = warn
  }

  keep(worker: WorkerProcess, pauseMs = FIRST_PAUSE_MS): void {
    const startedAt = performance.now()
    this.#running.add(worker)
    void worker.ended.then(async (code) => {
      this.#running.delete(worker)
      if (this.#stopping.signal.aborted) return void this.#codes.push(code)
      const isSteady = performance.now() - startedAt > STEADY_MS
      const waitMs = isSteady ? 0 : pauseMs
      this.#warn(`Worker ${worker.pid} has ended with code ${code}: another is started in ${waitMs / 1_000} s`)
      await sleep(waitMs, undefined, { signal: this.#stopping.signal }).catch(() => {})
      if (this.#stopping.signal.aborted) return
      this.keep(this.#start(false), isSteady ? FIRST_PAUSE_MS : Math.min(2 * pauseMs, LONGEST_PAUSE_MS))
    })
  }

  reload(): void {
    for (const worker of this.#running) worker.reload()
  }

  /** Asks all to stop, and once more when `hurry` resolves. Resolves with the highest exit code. */
  async stop(hurry: Promise<void> = new Promise(() => {})): Promise<number> {
    this.#stopping.abort()
    const running = [...this.#running]
    for (const worker of running) worker.stop()
    void hurry.then(() => {
      for (const worker of this.#running) worker.stop()
    })
    await Promise.all(running.map(({ ended }) => ended))
    return Math.max(0, ...this.#codes)
  }
}
