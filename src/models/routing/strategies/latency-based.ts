import type { Deployment } from '../../../types.ts'
import { pickAny } from './pick.ts'
import { createRanking, type DrawLowest, type RankingOptions } from './ranking.ts'
import type { Ask, Strategy, StrategyTools, TryResult } from './strategy.ts'
import { createMinuteUsage, withinLimits } from './usage-based.ts'

/** Seconds per token that a timeout counts as: LiteLLM's penalty. */
const TIMEOUT_PENALTY = 1000

/** Means of equal samples differ in their last bits by how many there are; that must not decide. */
const ROUNDING = 1e-9

/**
 * The fastest deployment by the mean of its latest samples, in seconds per completion token; for streams by the time to the
 * first byte where that is known. One that was never tried counts as fastest. Within `latencyBuffer` of the fastest at random.
 */
export function latencyBased(tools: StrategyTools): Strategy {
  const { state, random, args } = tools
  const usage = createMinuteUsage(tools, 'latency-based')
  return {
    choose(candidates, ask) {
      const open = candidates.filter((deployment) => withinLimits(usage, deployment, ask.inputTokens))
      const measured = open.map((deployment) => ({ deployment, latency: latencyOf(deployment, ask) }))
      const fastest = measured.reduce((least, { latency }) => Math.min(least, latency), Number.POSITIVE_INFINITY)
      const limit = limitOf(fastest)
      return pickAny(
        measured.filter(({ latency }) => latency <= limit),
        random,
      )?.deployment
    },
    drawFrom(list) {
      const byAsk = new Map<string, DrawLowest>()
      return (ask, isUsable) => {
        const name = `${ask.stream}:${ask.group}`
        const draw = byAsk.get(name) ?? createRanking(list, rankedBy(ask))
        byAsk.set(name, draw)
        return draw((deployment) => withinLimits(usage, deployment, ask.inputTokens) && isUsable(deployment))
      }
    },
    end(deployment, ask, result) {
      if (result.timedOut) remember(deployment, ask, 'latency', TIMEOUT_PENALTY)
      if (!result.success) return
      usage.addRequest(deployment)
      usage.addTokens(deployment, result.promptTokens + result.completionTokens)
      learn(deployment, ask, result)
    },
  }

  function limitOf(fastest: number): number {
    return fastest * (1 + args.latencyBuffer + ROUNDING)
  }

  function rankedBy(ask: Ask): RankingOptions {
    const kinds = ask.stream ? KINDS : (['latency'] as const)
    const keysOf = (deployment: Deployment) => kinds.map((kind) => keyOf(deployment, ask, kind))
    return { ...tools, limitOf, keysOf, scoreOf: (deployment) => latencyOf(deployment, ask) }
  }

  function learn(deployment: Deployment, ask: Ask, result: TryResult): void {
    const tokens = Math.max(1, result.completionTokens)
    remember(deployment, ask, 'latency', result.durationMs / 1000 / tokens)
    if (ask.stream && result.firstByteMs !== undefined) {
      remember(deployment, ask, 'first-byte', result.firstByteMs / 1000 / tokens)
    }
  }

  function remember(deployment: Deployment, ask: Ask, kind: Kind, sample: number): void {
    state.push(keyOf(deployment, ask, kind), sample, args.latencySamples, args.latencyTtlMs)
  }

  function latencyOf(deployment: Deployment, ask: Ask): number {
    const firstBytes = ask.stream ? state.samples(keyOf(deployment, ask, 'first-byte')) : []
    return mean(firstBytes.length > 0 ? firstBytes : state.samples(keyOf(deployment, ask, 'latency')))
  }
}

const KINDS = ['latency', 'first-byte'] as const
type Kind = (typeof KINDS)[number]

function keyOf({ id }: Deployment, { group }: Ask, kind: Kind): string {
  return `${group}:${id}:${kind}`
}

function mean(samples: readonly number[]): number {
  return samples.length === 0 ? 0 : samples.reduce((sum, sample) => sum + sample, 0) / samples.length
}
