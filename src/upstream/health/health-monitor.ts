import type { Model } from '../../models/routing/model.ts'
import type { Upstream } from '../upstream.ts'
import { type Probed, probeOf, sendProbe } from './health-probe.ts'

const DEFAULTS = { intervalSeconds: 300, timeoutSeconds: 60, concurrency: 10 }

const REPEAT_MS = 5_000

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

/** Probes deployments, in the background too, and remembers how they did. Each probe is a small call, and is billed as one. */
export interface HealthMonitor {
  /** The latest result of each deployment that is still there, in the order of the models. */
  results(): readonly Probed[]
  /** Probes now and then every interval. */
  start(): void
  /** Probes these now, each once however many ask meanwhile. Those that have no probe are left out. */
  probeNow(models: readonly Model[]): Promise<readonly Probed[]>
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
  /** Probes under way, and those that ended a moment ago. */
  const asked = new Map<string, { readonly probed: Promise<Probed>; readonly until: number }>()

  return {
    async probeNow(wanted) {
      const found: Probed[] = []
      await inTurns(wanted, async (model) => {
        const probed = await probeOnce(model)
        if (probed) found.push(probed)
      })
      return found
    },
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
    const wanted = models().filter(({ deployment }) => !groups || groups.includes(deployment.modelGroup))
    const found = new Map<string, Probed>()
    await inTurns(wanted, async (model) => {
      const request = probeOf(model, timeoutMs)
      if (request) found.set(model.deployment.id, await sendProbe(model, request, upstream, timeoutMs))
    })
    latest = found
  }

  async function inTurns(wanted: readonly Model[], work: (model: Model) => Promise<void>): Promise<void> {
    const waiting = [...wanted]
    const worker = async () => {
      for (let model = waiting.shift(); model && !closed; model = waiting.shift()) await work(model)
    }
    await Promise.all(Array.from({ length: concurrency }, worker))
  }

  /** A probe is billed: a request within a few seconds gets the result of the one before. */
  function probeOnce(model: Model): Promise<Probed> | undefined {
    const now = performance.now()
    const known = asked.get(model.deployment.id)
    if (known && known.until > now) return known.probed
    const request = probeOf(model, timeoutMs)
    if (!request) return undefined
    const probed = sendProbe(model, request, upstream, timeoutMs)
    asked.set(model.deployment.id, { probed, until: now + REPEAT_MS })
    return probed
  }
}

/** LiteLLM's settings of health checks. */
export interface HealthSettings {
  /** `background_health_checks`: probes are made by a timer. Off: when `/health` is asked. */
  readonly enabled: boolean
  readonly intervalMs: number
  readonly timeoutMs: number
  readonly concurrency: number
  readonly groups?: readonly string[]
  /** Off: answers tell the models and nothing about where they are. */
  readonly details: boolean
}

/** As the section `general_settings` gives them. */
export interface HealthSource {
  readonly backgroundHealthChecks?: boolean
  readonly backgroundHealthCheckModelGroups?: readonly string[]
  /** Milliseconds. */
  readonly healthCheckInterval?: number
  readonly healthCheckConcurrency?: number
  readonly healthCheckDetails?: boolean
}

export function healthSettingsOf(
  general: HealthSource,
  env: Readonly<Record<string, string | undefined>>,
): HealthSettings {
  const { backgroundHealthCheckModelGroups: groups } = general
  const seconds = positive(env.DEFAULT_HEALTH_CHECK_INTERVAL) ?? DEFAULTS.intervalSeconds
  return {
    enabled: general.backgroundHealthChecks === true,
    intervalMs: positive(general.healthCheckInterval) ?? seconds * 1_000,
    timeoutMs: (positive(env.HEALTH_CHECK_TIMEOUT_SECONDS) ?? DEFAULTS.timeoutSeconds) * 1_000,
    concurrency: Math.ceil(positive(general.healthCheckConcurrency) ?? DEFAULTS.concurrency),
    ...(groups && { groups }),
    details: general.healthCheckDetails !== false,
  }
}

function positive(value: unknown): number | undefined {
  const number = Number(value)
  return number > 0 && Number.isFinite(number) ? number : undefined
}
