import type { GatewayEvents } from '../../events.ts'
import type { Deployment } from '../../types.ts'
import type { Probe } from './cooldown/credential-probes.ts'
import { failureTold } from './cooldown/error-class.ts'
import { createMemoryState } from './memory-state.ts'
import type { Model } from './model.ts'
import { type BalancingRouter, createRouter, type RouterOptions } from './router.ts'
import type { RouterSettings } from './router-settings.ts'

/** What a router is made of. */
export interface RouterPlan {
  readonly models: readonly Model[]
  readonly settings: RouterSettings
}

/** A router whose models and settings can change while it works. */
export interface LiveRouter extends BalancingRouter {
  /** Everything that is known at this moment, blocked deployments too. */
  models(): readonly Model[]
  settings(): RouterSettings
  /** Reads the plan now and then every `intervalMs`. Does nothing when there is nowhere to read from. */
  start(): void
  /** Reads the plan once more, after everything that was written before the call. Rejects when it cannot be read. */
  reload(): Promise<void>
  /** Goes on with this plan, until another is read. Throws when no router can be made of it; then the old one stays. */
  configure(plan: RouterPlan): void
  /** Resolves when nothing is being read any more. The router itself goes on with what it has. */
  close(): Promise<void>
}

export interface LiveRouterOptions extends Omit<RouterOptions, 'settings' | 'probe'> {
  /** See `Probe`. */
  readonly probe?: (model: Model) => ReturnType<Probe>
  /** What is known without reading: the configuration's own models and settings. */
  readonly plan: RouterPlan
  readonly load?: () => Promise<RouterPlan>
  readonly intervalMs: number
  readonly events: GatewayEvents
}

/**
 * Calls under way keep the deployment they have, and what the router remembers (cooldowns, latencies, counters) outlives
 * every change. When a plan cannot be read the old one stays; the event `models:stale` reports that.
 */
export function createLiveRouter(options: LiveRouterOptions): LiveRouter {
  const { load, intervalMs, events, now, probe, ...given } = options
  const state = given.state ?? createMemoryState(now)
  const shared: RouterOptions = { ...given, now, state, ...told(events), probe: probed }
  let plan = options.plan
  let router = routerOf(plan, shared)
  const reader = createReader({ load, use, intervalMs, onError: (error) => events.tell('models:stale', { error }) })

  return {
    choose: (call, key) => router.choose(call, key),
    modelGroups: () => router.modelGroups(),
    next: (call, key, attempts) => router.next(call, key, attempts),
    track: (deployment, call, group, key) => router.track(deployment, call, group, key),
    timeoutMs: (deployment, call, headers, key) => router.timeoutMs(deployment, call, headers, key),
    coolingMs: (deployment) => router.coolingMs(deployment),
    fallbacks: (key) => router.fallbacks(key),
    models: () => plan.models,
    settings: () => plan.settings,
    configure: use,
    ...reader,
  }

  function use(read: RouterPlan): void {
    // Made first: a plan that no router can be made of changes nothing.
    router = routerOf(read, shared)
    plan = read
    events.tell('models:load', { models: plan.models.length })
  }

  async function probed({ id }: Deployment): Promise<number | undefined> {
    const model = plan.models.find(({ deployment }) => deployment.id === id)
    return model && probe?.(model)
  }
}

function routerOf({ models, settings }: RouterPlan, shared: RouterOptions): BalancingRouter {
  const deployments = models.map((model) => model.deployment)
  return createRouter(deployments, { ...shared, settings })
}

function told(events: GatewayEvents): Pick<RouterOptions, 'onCool' | 'onLack'> {
  return {
    onCool({ id: deploymentId, modelGroup }, failure, ms) {
      events.tell('deployment:cool', { deploymentId, modelGroup, ms, ...failureTold(failure) })
    },
    onLack({ id: deploymentId, modelGroup }, shape, ms) {
      events.tell('deployment:lacks', { deploymentId, modelGroup, shape, ms })
    },
  }
}

interface ReaderOptions<T> {
  readonly load: (() => Promise<T>) | undefined
  readonly use: (read: T) => void
  readonly intervalMs: number
  /** Of readings on the timer; that of `reload` is its own. */
  readonly onError: (error: unknown) => void
}

/** Loads something now and then, and when it is asked to. */
function createReader<T>({ load, use, intervalMs, onError }: ReaderOptions<T>) {
  let timer: NodeJS.Timeout | undefined
  let reading = false
  let closed = false
  // Readings follow one another: one that began before a write must not hide it.
  let last: Promise<void> = Promise.resolve()

  return {
    start(): void {
      if (!load || timer || closed) return
      timer = setInterval(tick, intervalMs).unref()
      tick()
    },
    reload,
    async close(): Promise<void> {
      closed = true
      clearInterval(timer)
      await last.catch(() => {})
    },
  }

  function tick(): void {
    if (!reading) void reload().catch(onError)
  }

  function reload(): Promise<void> {
    last = last.catch(() => {}).then(read)
    return last
  }

  async function read(): Promise<void> {
    if (!load || closed) return
    reading = true
    try {
      const loaded = await load()
      if (!closed) use(loaded)
    } finally {
      reading = false
    }
  }
}
