import type { Deployment } from '../../../types.ts'
import type { RouterState } from '../memory-state.ts'

/** What a strategy may know of the call it chooses for. */
export interface Ask {
  readonly group: string
  readonly stream: boolean
  /** A rough count, for limits. */
  readonly inputTokens: number
  /** Shares by the id of the deployment, that the key of the call has for the group. */
  readonly weights?: Readonly<Record<string, number>>
}

/** How a try at a deployment ended. */
export interface TryResult {
  readonly success: boolean
  /** The upstream did not answer in time. */
  readonly timedOut: boolean
  /** From the first byte sent to the last one received. */
  readonly durationMs: number
  readonly firstByteMs?: number
  readonly promptTokens: number
  readonly completionTokens: number
}

export interface Strategy {
  /** One of `candidates` (never empty), or `undefined` when each of them is over its limits. */
  choose(candidates: readonly Deployment[], ask: Ask): Deployment | undefined
  /** Prepares draws from a list (never empty) that stays as it is. */
  drawFrom(list: readonly Deployment[]): Draw
  /** A try begins. */
  begin?(deployment: Deployment, ask: Ask): void
  /** The try ended. Once for every `begin`. */
  end?(deployment: Deployment, ask: Ask, result: TryResult): void
}

/**
 * One of the usable deployments of a list without a look at all of them: what `choose` might have made of those usable, and
 * as often. `undefined`: it would take too long, or none is usable; `choose` decides.
 */
export type Draw = (ask: Ask, isUsable: (deployment: Deployment) => boolean) => Deployment | undefined

export interface StrategyTools {
  readonly state: RouterState
  /** Uniform in [0, 1). */
  readonly random: () => number
  /** Milliseconds since the epoch. */
  readonly now: () => number
  /** US dollars per input token and output token together, or `undefined` when unknown. */
  readonly pricePerToken: (deployment: Deployment) => number | undefined
  readonly args: StrategyArgs
}

/** LiteLLM's `routing_strategy_args`. */
export interface StrategyArgs {
  /** How long latency samples are believed. */
  readonly latencyTtlMs: number
  /** How many latency samples of a deployment are kept. */
  readonly latencySamples: number
  /** Deployments this fraction slower than the fastest one count as equally fast. */
  readonly latencyBuffer: number
}

/** LiteLLM's defaults. */
export const DEFAULT_ARGS: StrategyArgs = { latencyTtlMs: 3_600_000, latencySamples: 10, latencyBuffer: 0 }
