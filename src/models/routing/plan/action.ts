import type { Deployment, Json } from '../../../types.ts'
import type { Failure } from '../cooldown/error-class.ts'
import type { RetrySettings } from '../router-settings.ts'
import type { NoneReason, Usable } from '../usable.ts'
import type { FallbackLookUps } from './fallbacks.ts'

/** What to do next with a call. */
export type Action = Try | GiveUp

export interface Try {
  readonly try: Deployment
  /** How long to wait before. */
  readonly afterMs: number
  /** The model group that is tried: the call's own, or a fallback. */
  readonly group: string
  /** What a fallback changes in the body. */
  readonly params: Json
  /** Tries before this one, within this group and order. */
  readonly retries: number
  /** How many fallbacks deep. 0: the call's own model group. */
  readonly fallbacks: number
  /** What the plan has to remember; hand it back with the attempt. */
  readonly route: Route
}

export interface GiveUp {
  readonly giveUp: NoneReason | 'failed'
  /** The failure to report: of the last try, or what the reason stands for when nothing was tried. */
  readonly failure: Failure
  /** When it may be worth asking again. */
  readonly retryAfterMs?: number
}

/** A try that failed. */
export interface Attempt {
  readonly tried: Try
  readonly failure: Failure
  readonly retryAfterMs?: number
  /** Part of an answer has reached the client: it cannot be started again. */
  readonly answered?: boolean
  /** It was not made: its model group is none for this call. `failure` is that of the try before. */
  readonly passedOver?: boolean
}

/** A stretch of the way: one model group from one order on. */
export interface Step {
  readonly group: string
  readonly depth: number
  readonly params: Json
  /** Only deployments of a higher order than this. */
  readonly above: number
}

export interface Route {
  readonly step: Step
  /** Where to go when this step has failed, in order. */
  readonly ahead: readonly Step[]
  /** Model groups that had their turn in this call. */
  readonly visited: readonly string[]
  /** Ids of the deployments that were tried in this step. */
  readonly tried: readonly string[]
}

/** What the plan asks about the world. It changes between two questions; each answer holds for its moment. */
export interface GroupView {
  /** All deployments of a group. */
  all(group: string): readonly Deployment[]
  usable(group: string): Usable
  /**
   * What `usable` and `pick` might come to for a first try, as often, without a look at all of a large group. `undefined`:
   * they have to be asked.
   */
  draw(group: string): Deployment | undefined
  /** By the routing strategy; `undefined` when each is over its limits. Never asked about an empty list. */
  pick(group: string, candidates: readonly Deployment[]): Deployment | undefined
}

interface PlanSettings {
  readonly retries: RetrySettings
  readonly fallbacks: FallbackLookUps
  readonly maxFallbacks: number
}

export interface Question {
  readonly group: string
  /** Oldest first; only the last one is looked at, because each carries the way that led to it. */
  readonly attempts: readonly Attempt[]
  /** The request's own `num_retries`. */
  readonly requestedRetries?: number
  /** A failure to start from, as if the group had been tried. */
  readonly pretended?: Failure
  readonly view: GroupView
  readonly settings: PlanSettings
  readonly random: () => number
}
