import type { Call, Deployment } from '../../types.ts'
import { type CooldownSettings, type Cooldowns, subjectOf } from './cooldown/cooldowns.ts'
import type { CredentialProbes } from './cooldown/credential-probes.ts'
import type { Failure } from './cooldown/error-class.ts'
import type { MissingRoutes } from './cooldown/missing-routes.ts'
import type { Ask, Strategy, TryResult } from './strategies/strategy.ts'

export interface TrackedResult extends TryResult {
  /** What went wrong. Absent when nothing did, or when it was not the upstream's doing (the client left). */
  readonly failure?: Failure
  readonly retryAfterMs?: number
  /** A 404 speaks of something that the call itself names, not of the route. */
  readonly namesOwn?: boolean
}

/** What is told how a try ended. */
export interface TryListeners {
  readonly settings: CooldownSettings
  readonly cooldowns: Cooldowns
  readonly routes: MissingRoutes
  readonly probes: CredentialProbes
  /** It is the only deployment of its model group. */
  readonly isSingle: (deployment: Deployment) => boolean
  readonly onCool?: (deployment: Deployment, failure: Failure, ms: number) => void
  readonly onLack?: (deployment: Deployment, shape: string, ms: number) => void
}

/** A try has begun. The function that it returns ends it, at its first call. */
export function trackTry(
  listeners: TryListeners,
  strategy: Strategy,
  deployment: Deployment,
  { shape }: Pick<Call, 'shape'>,
  ask: Ask,
): (result: TrackedResult) => void {
  let open = true
  strategy.begin?.(deployment, ask)
  return (result) => {
    if (!open) return
    open = false
    strategy.end?.(deployment, ask, result)
    if (result.success) succeeded(listeners, deployment, shape)
    else if (result.failure) judge(listeners, deployment, shape, result.failure, result)
  }
}

function succeeded({ cooldowns, routes }: TryListeners, deployment: Deployment, shape: string): void {
  cooldowns.succeeded(deployment)
  routes.answered(deployment, shape)
}

/** Only what says that the deployment itself is ill takes it from the calls of others. */
function judge(
  listeners: TryListeners,
  deployment: Deployment,
  shape: string,
  failure: Failure,
  result: TrackedResult,
): void {
  const subject = subjectOf(failure, listeners.settings)
  const failed = () => coolDown(listeners, deployment, failure, result)
  if (subject === 'deployment') failed()
  else if (subject === 'credential') listeners.probes.refused(deployment, failed)
  else if (subject === 'route' && !result.namesOwn) lacked(listeners, deployment, shape)
}

function coolDown(
  { cooldowns, isSingle, onCool }: TryListeners,
  deployment: Deployment,
  failure: Failure,
  result: TrackedResult,
): void {
  const ms = cooldowns.failed(deployment, failure, { ...result, single: isSingle(deployment) })
  if (ms > 0) onCool?.(deployment, failure, ms)
}

function lacked({ routes, onLack }: TryListeners, deployment: Deployment, shape: string): void {
  const ms = routes.missing(deployment, shape)
  if (ms > 0) onLack?.(deployment, shape, ms)
}
