import cluster, { type Worker } from 'node:cluster'
import { once } from 'node:events'
import type { MetricValues } from '../../signals/metrics/merge-metrics.ts'
import type { Surroundings, WorkerProcess, WorkerRole } from '../postgres/program.ts'
import type { StopSignals } from './stop-signals.ts'
import { type MetricsAnswer, WorkerMetrics } from './worker-metrics.ts'

/** Tells a worker whether it speaks for all: `first` or `more`. */
const VARIABLE = 'EXPRESS_LITELLM_WORKER'

/** Whether this process is a worker that has begun to serve. */
let isServing = false

/** From a worker to the process that has started it. */
type FromWorker =
  | { readonly tells: 'ready' | 'reload' }
  /** It is asked for the metrics of all. */
  | { readonly tells: 'wanted'; readonly id: number }
  | ({ readonly tells: 'metrics' } & MetricsAnswer)

/** The other way. */
type ToWorker =
  | { readonly tells: 'stop' | 'reload' }
  | { readonly tells: 'wanted'; readonly id: number }
  | { readonly tells: 'others'; readonly id: number; readonly lists: readonly (readonly MetricValues[])[] }

/** What this process can do with workers: start them, or be one. */
export function workerProcesses(): Pick<Surroundings, 'startWorker' | 'worker'> {
  if (!cluster.isPrimary) return { worker: roleOf() }
  const metrics = new WorkerMetrics<Worker>((worker, id) => send(worker, { tells: 'wanted', id }))
  return { startWorker: (isFirst) => startWorker(isFirst, metrics) }
}

function startWorker(isFirst: boolean, metrics: WorkerMetrics<Worker>): WorkerProcess {
  const worker = cluster.fork({ [VARIABLE]: isFirst ? 'first' : 'more' })
  const ready = Promise.withResolvers<void>()
  worker.on('message', async (message: FromWorker) => {
    if (message.tells === 'ready') {
      metrics.add(worker)
      ready.resolve()
    }
    if (message.tells === 'reload') for (const other of metrics.others(worker)) send(other, { tells: 'reload' })
    if (message.tells === 'metrics') metrics.took(worker, message)
    if (message.tells !== 'wanted') return
    send(worker, { tells: 'others', id: message.id, lists: await metrics.besides(worker) })
  })
  worker.once('exit', () => metrics.remove(worker))
  return {
    pid: worker.process.pid,
    ready: ready.promise,
    ended: once(worker, 'exit').then(([code]) => (code as number | null) ?? 1),
    stop: () => send(worker, { tells: 'stop' }),
    reload: () => send(worker, { tells: 'reload' }),
  }
}

/** A worker that ended a moment ago is told nothing. */
function send(worker: Worker, message: ToWorker): void {
  if (worker.isConnected()) worker.send(message, () => {})
}

function tell(message: FromWorker): void {
  if (process.connected) process.send?.(message, () => {})
}

function roleOf(): WorkerRole {
  let last = 0
  const asked = new Map<number, (lists: readonly (readonly MetricValues[])[]) => void>()
  return {
    isFirst: process.env[VARIABLE] === 'first',
    ready() {
      isServing = true
      tell({ tells: 'ready' })
    },
    reloadOthers: () => tell({ tells: 'reload' }),
    joinMetrics(own) {
      process.on('message', async (message: ToWorker) => {
        if (message.tells === 'wanted') tell({ tells: 'metrics', id: message.id, values: await own() })
        if (message.tells !== 'others') return
        asked.get(message.id)?.(message.lists)
        asked.delete(message.id)
      })
      return () =>
        new Promise((resolve) => {
          const id = ++last
          asked.set(id, resolve)
          tell({ tells: 'wanted', id })
          if (!process.connected) resolve([])
        })
    },
  }
}

/**
 * When a worker is to stop: when it is told so, when the process that started it is gone, and at SIGTERM. Ctrl-C and SIGHUP
 * reach all processes of a terminal or a group: the worker waits to be told.
 */
export function workerSignals(): StopSignals & Pick<Surroundings, 'onReload'> {
  const first = Promise.withResolvers<void>()
  const second = Promise.withResolvers<void>()
  let asked = 0
  const ask = () => (++asked === 1 ? first : second).resolve()
  for (const signal of ['SIGINT', 'SIGHUP'] as const) process.on(signal, () => {})
  process.on('SIGTERM', ask)
  process.on('message', (message: ToWorker) => message.tells === 'stop' && ask())
  // Node would end the process here, calls and all.
  if (cluster.worker) cluster.worker.exitedAfterDisconnect = true
  process.once('disconnect', () => {
    // Before it serves it waits for the port, which only the other process could give it.
    if (!isServing) process.exit(1)
    ask()
  })
  return {
    stopRequested: first.promise,
    stopAgain: () => second.promise,
    onReload: (listener) => void process.on('message', (message: ToWorker) => message.tells === 'reload' && listener()),
  }
}
