import { monitorEventLoopDelay } from 'node:perf_hooks'
import type { Compat } from '../../admission/facts/compat.ts'
import type { GatewayEvents } from '../../events.ts'
import type { SpendEvent } from '../../types.ts'
import { addCost } from './budget-metrics.ts'
import { CallFamilies } from './call-families.ts'
import { EVENT_LOOP_PERIOD_MS, type GatewayMetric, type GatewaySources } from './gateway-metrics.ts'
import type { LabelSettings, Observed } from './labels.ts'
import { type MetricValues, mergeMetrics } from './merge-metrics.ts'
import { wireName } from './metric.ts'
import type { ChosenMetrics } from './metrics-settings.ts'
import { cooldownOf, observationsOf, refusedRequest } from './observations.ts'
import { openRegistry, type RegisteredMetric, type Registry, textOf } from './registry.ts'

export interface MetricsOptions {
  readonly events: GatewayEvents
  readonly chosen: ChosenMetrics
  readonly labels: LabelSettings
  readonly compat?: Compat
  readonly sources: Omit<GatewaySources, 'lastTries' | 'unpricedCalls' | 'eventLoop'>
}

/** Calls that have ended are looked at so long after, and this many in one turn of the event loop. */
const PAUSE_MS = 250
const PER_TURN = 200

/**
 * The numbers of one gateway. They cost nothing before `start`. Calls are counted after their response has ended, a few
 * in each turn of the event loop, and at the latest when the numbers are read.
 */
export class Metrics {
  readonly #options: MetricsOptions
  readonly #families: CallFamilies
  readonly #lastTries = new Map<string, boolean>()
  readonly #waiting: SpendEvent[] = []
  #unpriced = 0
  #eventLoop: ReturnType<typeof monitorEventLoopDelay> | undefined
  #timer: NodeJS.Timeout | undefined
  #registry: Promise<Registry> | undefined
  readonly #registered: readonly RegisteredMetric[]
  #others: (() => Promise<readonly (readonly MetricValues[])[]>) | undefined

  constructor(options: MetricsOptions) {
    this.#options = options
    this.#families = new CallFamilies(options.chosen, options.labels)
    this.#registered = [...this.#families.metrics(), ...this.#collected()]
  }

  /** Whether it counts. */
  get started(): boolean {
    return this.#eventLoop !== undefined
  }

  /** Begins to count. Idempotent. */
  start(): void {
    if (this.#eventLoop) return
    this.#eventLoop = monitorEventLoopDelay({ resolution: EVENT_LOOP_PERIOD_MS })
    this.#eventLoop.enable()
    const { events } = this.#options
    events.own.on('spend:record', ({ event }) => this.#take(event))
    events.own.on('call:end', (ended) => this.#put(refusedRequest(ended)))
    events.own.on('deployment:cool', (cooled) => this.#put(cooldownOf(cooled, this.#find)))
  }

  /** Rejects with a ConfigError when prom-client is not installed. */
  async ready(): Promise<void> {
    this.#registry ??= openRegistry(this.#registered)
    await this.#registry
  }

  /** All numbers, in Prometheus' text format: of this process, and of those that it is joined with. */
  async read(): Promise<{ readonly text: string; readonly contentType: string }> {
    await this.ready()
    const registry = await this.#registry!
    this.#count(this.#waiting.length)
    const text = this.#others
      ? await textOf(mergeMetrics([await this.values(), ...(await this.#others())]))
      : await registry.metrics()
    this.#eventLoop?.reset()
    return { text, contentType: registry.contentType }
  }

  /** The numbers of this process alone. */
  async values(): Promise<readonly MetricValues[]> {
    this.#count(this.#waiting.length)
    const values = await Promise.all(this.#registered.map((metric) => metric.get()))
    this.#eventLoop?.reset()
    return values
  }

  /** From now on `read` adds what other processes on the same port have counted. */
  joinWith(others: () => Promise<readonly (readonly MetricValues[])[]>): void {
    this.#others = others
  }

  close(): void {
    clearTimeout(this.#timer)
    this.#eventLoop?.disable()
  }

  readonly #find = (id: string) => this.#options.sources.deployments().find((deployment) => deployment.id === id)

  #take(event: SpendEvent): void {
    this.#waiting.push(event)
    this.#timer ??= setTimeout(() => this.#turn(), PAUSE_MS).unref()
  }

  #turn(): void {
    this.#timer = undefined
    this.#count(PER_TURN)
    if (this.#waiting.length > 0) this.#timer = setTimeout(() => this.#turn(), 0).unref()
  }

  #count(most: number): void {
    for (const event of this.#waiting.splice(0, most)) {
      addCost(event)
      if (event.outcome.usage && event.cost === undefined) this.#unpriced++
      for (const observed of observationsOf(event, this.#find, this.#options.compat)) this.#put(observed)
    }
  }

  #put(observed: Observed | undefined): void {
    if (!observed) return
    const { kind, deployment, failure, outcome } = observed
    if (kind === 'try' && deployment && !outcome.aborted) this.#lastTries.set(deployment.id, failure !== undefined)
    this.#families.put(observed)
  }

  #collected() {
    const metrics = this
    const sources: GatewaySources = {
      ...this.#options.sources,
      lastTries: this.#lastTries,
      get unpricedCalls() {
        return metrics.#unpriced
      },
      get eventLoop() {
        return metrics.#eventLoop ?? NEVER_LATE
      },
    }
    return this.#options.chosen.gateway.map((metric) => collectedBy(metric, sources))
  }
}

const NEVER_LATE = { percentile: () => 0, max: 0 }

function collectedBy(metric: GatewayMetric, sources: GatewaySources) {
  const { kind: type, help, together, collect } = metric
  const head = { name: wireName(metric), type, help, together }
  return { ...head, get: async () => ({ ...head, values: collect(sources) }) }
}
