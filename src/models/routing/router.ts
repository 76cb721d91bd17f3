import type { Call, Deployment, Router, VirtualKey } from '../../types.ts'
import { guessedTokens } from '../../usage/tokens/tokenizer.ts'
import { createCooldowns, subjectOf } from './cooldown/cooldowns.ts'
import { createCredentialProbes, type Probe } from './cooldown/credential-probes.ts'
import type { Failure } from './cooldown/error-class.ts'
import { createMissingRoutes } from './cooldown/missing-routes.ts'
import { createGroupIndex } from './group-index.ts'
import { createMemoryState, type RouterState } from './memory-state.ts'
import type { Action, Attempt, GroupView } from './plan/action.ts'
import { planNext } from './plan/plan.ts'
import { tablesFor } from './plan/request-fallbacks.ts'
import { requestRoutingOf } from './plan/request-routing.ts'
import { type RouterSettings, routerSettingsOf } from './router-settings.ts'
import { STRATEGIES } from './strategies/strategies.ts'
import type { Ask, TryResult } from './strategies/strategy.ts'
import { createMinuteUsage } from './strategies/usage-based.ts'
import { createTagFilter } from './tag-filter.ts'
import { requestTimeoutsOf, timeoutMsOf } from './timeouts.ts'
import { createPins, usableOf } from './usable.ts'

/** LiteLLM's rule of thumb: six requests a minute for every thousand tokens a minute. */
const REQUESTS_PER_TOKEN = 6 / 1000

/** A router that also balances, retries, cools down and falls back, as LiteLLM's does. */
export interface BalancingRouter extends Router {
  /** What to do now with a call whose tries so far have failed like this. None yet: where to begin. */
  next(call: Call, key: VirtualKey | undefined, attempts: readonly Attempt[]): Action
  /** A try begins. Call what it returns when the try has ended, before `next`; the first call counts. */
  track(deployment: Deployment, call: Call, group?: string): (result: TrackedResult) => void
  /** How long to wait for an answer, in milliseconds. `headers` are the client's. `undefined`: the transport's own time. */
  timeoutMs(deployment: Deployment, call: Call, headers: Parameters<typeof requestTimeoutsOf>[0]): number | undefined
  /** How long a deployment is out of use, in milliseconds. */
  coolingMs(deployment: Deployment): number
}

export interface TrackedResult extends TryResult {
  /** What went wrong. Absent when nothing did, or when it was not the upstream's doing (the client left). */
  readonly failure?: Failure
  readonly retryAfterMs?: number
  /** A 404 speaks of something that the call itself names, not of the route. */
  readonly namesOwn?: boolean
}

export interface RouterOptions {
  readonly settings?: RouterSettings
  readonly state?: RouterState
  /** Uniform in [0, 1). */
  readonly random?: () => number
  /** Milliseconds since the epoch. */
  readonly now?: () => number
  /** US dollars per input token and output token together. For cost-based routing. */
  readonly pricePerToken?: (deployment: Deployment) => number | undefined
  /** Whether a key may call a model group; asked about the fallbacks a request brings itself. */
  readonly mayCall?: (key: VirtualKey | undefined, group: string) => boolean
  /** The model group that a name stands for, for this key; asked about the same. Default: the name. */
  readonly meantBy?: (key: VirtualKey | undefined, name: string) => string
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
  const { state = createMemoryState(now), pricePerToken = ownPricePerToken, onCool, onLack } = options
  const { mayCall = isInModels, meantBy = (_, name) => name } = options
  const deployments = given.map((deployment) => withParallelLimit(deployment, settings.defaultParallelRequests))
  const index = createGroupIndex(deployments, settings.aliases)
  const cooldowns = createCooldowns(settings.cooldown, state, now)
  const pins = createPins(deployments)
  const routes = createMissingRoutes(state)
  const probes = createCredentialProbes(options.probe, state)
  const byTags = createTagFilter(settings.tags)
  const minute = createMinuteUsage({ state, now }, 'router')
  const args = settings.strategyArgs
  const strategy = STRATEGIES[settings.strategy]({ state, random, now, pricePerToken, args })

  return {
    choose(call, key) {
      const action = next(call, key, [])
      return 'try' in action ? action.try : undefined
    },
    modelGroups: () => index.names(),
    next,
    track,
    timeoutMs: (deployment, call, headers) =>
      timeoutMsOf(call.stream, requestTimeoutsOf(headers, call.json), deployment, settings.timeouts),
    coolingMs: (deployment) => cooldowns.coolingMs(deployment),
  }

  function next(call: Call, key: VirtualKey | undefined, attempts: readonly Attempt[]): Action {
    const request = requestRoutingOf(call)
    const fallbacks = tablesFor(
      settings.fallbacks,
      request,
      call.modelGroup,
      (group) => mayCall(key, group),
      (name) => meantBy(key, name),
    )
    return planNext({
      group: call.modelGroup,
      attempts,
      requestedRetries: request.retries,
      pretended: request.pretended,
      view: viewOf(call, key),
      settings: { retries: settings.retries, maxFallbacks: settings.maxFallbacks, fallbacks },
      random,
    })
  }

  function viewOf(call: Call, key: VirtualKey | undefined): GroupView {
    const inputTokens = roughTokens(call)
    const fits = ({ routing }: Deployment) =>
      !settings.preCallChecks || inputTokens <= (routing?.maxInputTokens ?? inputTokens)
    const hasRequestsLeft = (deployment: Deployment) =>
      !settings.preCallChecks || minute.requests(deployment) < (deployment.routing?.rpm ?? Number.POSITIVE_INFINITY)
    const missingMs = (deployment: Deployment) => routes.missingMs(deployment, call.shape)
    const find = (group: string) => (call.pinnedTo ? pins(index.find(group, key), call, group) : index.find(group, key))
    const rules = { coolingMs: cooldowns.coolingMs, missingMs, byTags, fits, hasRequestsLeft }
    return {
      all: find,
      usable: (group) => usableOf(find(group), call, key, rules),
      pick: (group, candidates) => strategy.choose(candidates, { group, stream: call.stream, inputTokens }),
    }
  }

  function track(deployment: Deployment, call: Call, group = call.modelGroup): (result: TrackedResult) => void {
    const ask: Ask = { group, stream: call.stream, inputTokens: roughTokens(call) }
    let open = true
    strategy.begin?.(deployment, ask)
    minute.addRequest(deployment)
    return (result) => {
      if (!open) return
      open = false
      strategy.end?.(deployment, ask, result)
      if (result.success) succeeded(deployment, call)
      else if (result.failure) judge(deployment, call, result.failure, result)
    }
  }

  function succeeded(deployment: Deployment, { shape }: Call): void {
    cooldowns.succeeded(deployment)
    routes.answered(deployment, shape)
  }

  /** Only what says that the deployment itself is ill takes it from the calls of others. */
  function judge(deployment: Deployment, { shape }: Call, failure: Failure, result: TrackedResult): void {
    const subject = subjectOf(failure, settings.cooldown)
    if (subject === 'deployment') failed(deployment, failure, result)
    else if (subject === 'credential') probes.refused(deployment, () => failed(deployment, failure, result))
    else if (subject === 'route' && !result.namesOwn) lacked(deployment, shape)
  }

  function lacked(deployment: Deployment, shape: string): void {
    const ms = routes.missing(deployment, shape)
    if (ms > 0) onLack?.(deployment, shape, ms)
  }

  function failed(deployment: Deployment, failure: Failure, result: TrackedResult): void {
    const ms = cooldowns.failed(deployment, failure, { ...result, single: isSingle(deployment) })
    if (ms > 0) onCool?.(deployment, failure, ms)
  }

  function isSingle({ modelGroup }: Deployment): boolean {
    return deployments.filter((deployment) => deployment.modelGroup === modelGroup).length <= 1
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
