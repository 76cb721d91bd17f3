import type { Deployment } from '../types.ts'
import type { Attempt } from './action.ts'
import type { Failure } from './error-class.ts'
import type { FallbackTables } from './fallbacks.ts'
import type { RetrySettings } from './router-settings.ts'
import type { Usable } from './usable.ts'

/** What the plan asks about the world. It changes between two questions; each answer holds for its moment. */
export interface GroupView {
  /** All deployments of a group. */
  all(group: string): readonly Deployment[]
  usable(group: string): Usable
  /** By the routing strategy; `undefined` when each is over its limits. Never asked about an empty list. */
  pick(group: string, candidates: readonly Deployment[]): Deployment | undefined
}

export interface PlanSettings {
  readonly retries: RetrySettings
  readonly fallbacks: FallbackTables
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
