import type { Call, Deployment, Router, VirtualKey } from '../../types.ts'
import { guessedTokens } from '../../usage/tokens/tokenizer.ts'
import { createCooldowns } from './cooldown/cooldowns.ts'
import { createCredentialProbes, type Probe } from './cooldown/credential-probes.ts'
import type { Failure } from './cooldown/error-class.ts'
import { createMissingRoutes } from './cooldown/missing-routes.ts'
import { createGroupIndex } from './group-index.ts'
import { createDraws, groupView } from './group-view.ts'
import { createMemoryState, type RouterState } from './memory-state.ts'
import type { FindOwnSettings } from './own-settings.ts'
import type { Action, Attempt } from './plan/action.ts'
import type { FallbackLookUps } from './plan/fallbacks.ts'
import { planNext } from './plan/plan.ts'
import { tablesFor } from './plan/request-fallbacks.ts'
import { requestRoutingOf } from './plan/request-routing.ts'
import { type RouterSettings, routerSettingsOf } from './router-settings.ts'
import { createStrategies } from './strategies/strategies.ts'
import { createMinuteUsage } from './strategies/usage-based.ts'
import { createTagFilter } from './tag-filter.ts'
import { requestTimeoutsOf, timeoutMsOf } from './timeouts.ts'
import { type TrackedResult, type TryListeners, trackTry } from './track-try.ts'
import { createPins } from './usable.ts'

/** LiteLLM's rule of thumb: six requests a minute for every thousand tokens a minute. */
const REQUESTS_PER_TOKEN = 6 / 1000

/** A router that also balances, retries, cools down and falls back, as LiteLLM's does. */
export interface BalancingRouter extends Router {
  /** What to do now with a call whose tries so far have failed like this. None yet: where to begin. */
  next(call: Call, key: VirtualKey | undefined, attempts: readonly Attempt[]): Action
  /** A try begins. Call what it returns when the try has ended, before `next`; the first call counts. */
  track(deployment: Deployment, call: Call, group?: string, key?: VirtualKey): (result: TrackedResult) => void
  /** How long to wait for an answer, in milliseconds. `headers` are the client's. `undefined`: the transport's own time. */
  timeoutMs(deployment: Deployment, call: Call, headers: ClientHeaders, key?: VirtualKey): number | undefined
  /** How long a deployment is out of use, in milliseconds. */
  coolingMs(deployment: Deployment): number
  /** The model groups to go to when one has failed, for this key: as it has them itself, else as configured. */
  fallbacks(key: VirtualKey | undefined): FallbackLookUps
}

type ClientHeaders = Parameters<typeof requestTimeoutsOf>[0]

export type { TrackedResult }

export interface RouterOptions {
  readonly settings?: RouterSettings
  readonly state?: RouterState
  /** Uniform in [0, 1). */
  readonly random?: () => number
  /** Milliseconds since the epoch. */
  readonly now?: () => number
  /** US dollars per input token and output token together. For cost-based routing. */
  readonly pricePerToken?: (deployment: Deployment) => number | undefined
  /** Whether a key may call a model group; asked about the fallbacks that a request or the key itself brings. */
  readonly mayCall?: (key: VirtualKey | undefined, group: string) => boolean
  /** The model group that a name stands for, for this key; asked about the same. Default: the name. */
  readonly meantBy?: (key: VirtualKey | undefined, name: string) => string
  /** What a key or its team says of routing. Absent: such settings do not act. */
  readonly ownSettings?: FindOwnSettings
  /** Asked before a refused call takes its deployment from others. Absent: 401 and 403 cool nothing down. */
  readonly probe?: Probe
  /** A deployment begins to cool down, for so many milliseconds. */
  readonly onCool?: (deployment: Deployment, failure: Failure, ms: number) => void
  /** A deployment turns out not to speak a shape, and is sent no such calls for so many milliseconds. */
  readonly onLack?: (deployment: Deployment, shape: string, ms: number) => void
}

/** Builds the router of a list of deployments. It keeps its memory in `state`, so a new list can take over an old one's. */
export function createRouter(given: readonly Deployment[], options: RouterOptions = {}): BalancingRouter {
  const { settings = routerSettingsOf(), random = Math.random, now = Date.now } = options
  const { state = createMemoryState(now), pricePerToken = ownPricePerToken, ownSettings = () => undefined } = options
  const { mayCall = isInModels, meantBy = (_, name) => name } = options
  const deployments = given.map((deployment) => withParallelLimit(deployment, settings.defaultParallelRequests))
  const parts = partsOf(deployments, settings, state, now)
  const listeners = listenersOf(deployments, settings, options, parts, state)
  const strategyFor = createStrategies(settings, { state, random, now, pricePerToken })

  return {
    choose(call, key) {
      const action = next(call, key, [])
      return 'try' in action ? action.try : undefined
    },
    modelGroups: () => parts.index.names(),
    next,
    track,
    timeoutMs(deployment, call, headers, key) {
      const asked = requestTimeoutsOf(headers, call.json)
      const request = { ...asked, timeoutMs: asked.timeoutMs ?? ownSettings(key)?.timeoutMs }
      return timeoutMsOf(call.stream, request, deployment, settings.timeouts)
    },
    coolingMs: (deployment) => parts.cooldowns.coolingMs(deployment),
    fallbacks: (key) => ({ ...settings.fallbacks, ...ownSettings(key)?.fallbacks }),
  }

  function next(call: Call, key: VirtualKey | undefined, attempts: readonly Attempt[]): Action {
    const own = ownSettings(key)
    const request = requestRoutingOf(call)
    const ask = { stream: call.stream, inputTokens: roughTokens(call) }
    const rights = { mayCall: (group: string) => mayCall(key, group), meant: (name: string) => meantBy(key, name) }
    return planNext({
      group: call.modelGroup,
      attempts,
      requestedRetries: request.retries ?? own?.retries,
      pretended: request.pretended,
      view: groupView(parts, strategyFor(own?.strategy), call, key, own, ask),
      settings: {
        retries: own?.policyByGroup ? { ...settings.retries, policyByGroup: own.policyByGroup } : settings.retries,
        maxFallbacks: settings.maxFallbacks,
        fallbacks: tablesFor(settings.fallbacks, own?.fallbacks, request, call.modelGroup, rights),
      },
      random,
    })
  }

  function track(deployment: Deployment, call: Call, group = call.modelGroup, key?: VirtualKey) {
    parts.minute.addRequest(deployment)
    const strategy = strategyFor(ownSettings(key)?.strategy)
    const ask = { group, stream: call.stream, inputTokens: roughTokens(call) }
    return trackTry(listeners, strategy, deployment, call, ask)
  }
}

/** What decides which deployments a call can use. */
function partsOf(deployments: readonly Deployment[], settings: RouterSettings, state: RouterState, now: () => number) {
  return {
    index: createGroupIndex(deployments, settings.aliases),
    pins: createPins(deployments),
    cooldowns: createCooldowns(settings.cooldown, state, now),
    routes: createMissingRoutes(state),
    minute: createMinuteUsage({ state, now }, 'router'),
    byTags: createTagFilter(settings.tags),
    drawsOf: createDraws(),
    preCallChecks: settings.preCallChecks,
  }
}

function listenersOf(
  deployments: readonly Deployment[],
  settings: RouterSettings,
  { probe, onCool, onLack }: RouterOptions,
  { cooldowns, routes }: Pick<ReturnType<typeof partsOf>, 'cooldowns' | 'routes'>,
  state: RouterState,
): TryListeners {
  const byGroup = Map.groupBy(deployments, ({ modelGroup }) => modelGroup)
  return {
    settings: settings.cooldown,
    cooldowns,
    routes,
    probes: createCredentialProbes(probe, state),
    isSingle: ({ modelGroup }) => (byGroup.get(modelGroup)?.length ?? 0) <= 1,
    onCool,
    onLack,
  }
}

/** By the length of the body: only meant to keep a large call from a deployment that is nearly full. */
function roughTokens({ body, json }: Call): number {
  return guessedTokens(body?.length ?? JSON.stringify(json ?? {}).length)
}

/** LiteLLM's order: a price of the deployment's own, both sides of it; a missing side costs nothing. */
function ownPricePerToken({ price }: Deployment): number | undefined {
  const input = Number(price?.input_cost_per_token ?? Number.NaN)
  const output = Number(price?.output_cost_per_token ?? Number.NaN)
  if (Number.isNaN(input) && Number.isNaN(output)) return undefined
  return (input || 0) + (output || 0)
}

function isInModels(key: VirtualKey | undefined, group: string): boolean {
  return !key || key.master || key.models.length === 0 || key.models.includes(group)
}

/**
 * A deployment with the number of calls it is given at once: its `max_parallel_requests`, else as in LiteLLM its `rpm`, what
 * its `tpm` comes to, and last the router's default. Where only a rate is known, a slot is free again when the answer
 * begins, as all of LiteLLM's are; a limit that was set as one holds to the answer's end.
 */
export function withParallelLimit(deployment: Deployment, byDefault: number | undefined): Deployment {
  const { maxParallelRequests: own, rpm, tpm } = deployment.routing ?? {}
  const byRate = rpm ?? (tpm === undefined ? undefined : Math.max(1, Math.floor(tpm * REQUESTS_PER_TOKEN)))
  const calls = own ?? byRate ?? byDefault
  // 0 is LiteLLM's word for no limit here.
  if (!calls) return deployment
  return { ...deployment, parallel: { calls: Math.ceil(calls), toEnd: own !== undefined || byRate === undefined } }
}
