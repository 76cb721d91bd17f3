import type { Model } from '../routing/model.ts'
import { type Probed, probeOf, sendProbe } from './health-probe.ts'
import type { Upstream } from './upstream.ts'

export interface HealthMonitorOptions {
  readonly upstream: Upstream
  readonly models: () => readonly Model[]
  readonly intervalMs: number
  /** Longest wait for one answer. */
  readonly timeoutMs: number
  /** Probes under way at a time. */
  readonly concurrency: number
  /** Only these model groups. Absent: all. */
  readonly groups?: readonly string[]
}

/** Probes deployments in the background and remembers how they did. Each probe is a small call, and is billed as one. */
export interface HealthMonitor {
  /** The latest result of each deployment that is still there, in the order of the models. */
  results(): readonly Probed[]
  /** Probes now and then every interval. */
  start(): void
  /** One round. A round that is under way is joined, not doubled. */
  probe(): Promise<void>
  close(): Promise<void>
}

export function createHealthMonitor(options: HealthMonitorOptions): HealthMonitor {
  const { upstream, models, intervalMs, timeoutMs, concurrency, groups } = options
  let latest: ReadonlyMap<string, Probed> = new Map()
  let round: Promise<void> | undefined
  let timer: NodeJS.Timeout | undefined
  let closed = false

  return {
    results: () => models().flatMap(({ deployment }) => latest.get(deployment.id) ?? []),
    start() {
      if (timer || closed) return
      timer = setInterval(() => void probe(), intervalMs).unref()
      void probe()
    },
    probe,
    async close() {
      closed = true
      clearInterval(timer)
      await round
    },
  }

  function probe(): Promise<void> {
    if (closed) return Promise.resolve()
    round ??= probeAll().finally(() => {
      round = undefined
    })
    return round
  }

  async function probeAll(): Promise<void> {
    const waiting = models().filter(({ deployment }) => !groups || groups.includes(deployment.modelGroup))
    const found = new Map<string, Probed>()
    const worker = async () => {
      for (let model = waiting.shift(); model && !closed; model = waiting.shift()) {
        const request = probeOf(model, timeoutMs)
        if (request) found.set(model.deployment.id, await sendProbe(model, request, upstream, timeoutMs))
      }
    }
    await Promise.all(Array.from({ length: concurrency }, worker))
    latest = found
  }
}
