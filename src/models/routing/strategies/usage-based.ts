import { byObject } from '../../../lib/memoize.ts'
import type { Deployment } from '../../../types.ts'
import { pickLowest } from './pick.ts'
import { createRanking, type DrawLowest } from './ranking.ts'
import type { Strategy, StrategyTools } from './strategy.ts'

const MINUTE_MS = 60_000

/**
 * LiteLLM's first usage-based routing: the deployment with the fewest tokens this minute. Only successes count, and
 * a deployment that was seen this minute stops one request short of its `rpm`, as LiteLLM's does.
 */
export function usageBased(tools: StrategyTools): Strategy {
  const usage = createMinuteUsage(tools, 'usage-based')
  return {
    choose(candidates, { inputTokens }) {
      const open = candidates.filter((deployment) => isOpen(deployment, inputTokens))
      return open.length > 0 ? pickLowest(open, usage.tokens, tools.random) : undefined
    },
    drawFrom(list) {
      const draw = leastUsed(list, usage, tools)
      return (ask, isUsable) => draw((deployment) => isOpen(deployment, ask.inputTokens) && isUsable(deployment))
    },
    end(deployment, _ask, result) {
      if (!result.success) return
      usage.addRequest(deployment)
      usage.addTokens(deployment, result.promptTokens + result.completionTokens)
    },
  }

  function isOpen(deployment: Deployment, inputTokens: number): boolean {
    const { rpm = Number.POSITIVE_INFINITY, tpm = Number.POSITIVE_INFINITY } = deployment.routing ?? {}
    const requests = usage.requests(deployment)
    return usage.tokens(deployment) + inputTokens <= tpm && (requests === 0 || requests + 1 < rpm)
  }
}

/**
 * LiteLLM's second usage-based routing: the deployment with the fewest tokens this minute, never over its `rpm` or `tpm`.
 * A request counts when it begins, tokens when it succeeded.
 */
export function usageBasedV2(tools: StrategyTools): Strategy {
  const usage = createMinuteUsage(tools, 'usage-based-v2')
  return {
    choose(candidates, { inputTokens }) {
      const open = candidates.filter((deployment) => withinLimits(usage, deployment, inputTokens))
      return open.length > 0 ? pickLowest(open, usage.tokens, tools.random) : undefined
    },
    drawFrom(list) {
      const draw = leastUsed(list, usage, tools)
      return ({ inputTokens }, isUsable) =>
        draw((deployment) => withinLimits(usage, deployment, inputTokens) && isUsable(deployment))
    },
    begin: (deployment) => usage.addRequest(deployment),
    end(deployment, _ask, result) {
      if (result.success) usage.addTokens(deployment, result.promptTokens + result.completionTokens)
    },
  }
}

/** Draws the one with the fewest tokens of the minute. */
function leastUsed(list: readonly Deployment[], usage: MinuteUsage, tools: StrategyTools): DrawLowest {
  const rank = () =>
    createRanking(list, { ...tools, scoreOf: usage.tokens, keysOf: (deployment) => [usage.tokensKey(deployment)] })
  let minute = usage.minute()
  let draw = rank()
  return (isUsable) => {
    if (usage.minute() !== minute) draw = rank()
    minute = usage.minute()
    return draw(isUsable)
  }
}

type Scope = Pick<StrategyTools, 'state' | 'now'>

/** Requests and tokens of one deployment in the current minute of the clock. `scope` keeps separate counts apart. */
export function createMinuteUsage({ state, now }: Scope, scope: string) {
  const known = byObject((_: Deployment): MinuteKeys => ({ minute: Number.NaN, rpm: '', tpm: '' }))
  return {
    requests: (deployment: Deployment) => state.count(keysOf(deployment).rpm),
    tokens: (deployment: Deployment) => state.count(keysOf(deployment).tpm),
    tokensKey: (deployment: Deployment) => keysOf(deployment).tpm,
    minute,
    addRequest: (deployment: Deployment) => void state.add(keysOf(deployment).rpm, 1, MINUTE_MS),
    addTokens: (deployment: Deployment, tokens: number) => void state.add(keysOf(deployment).tpm, tokens, MINUTE_MS),
  }

  // Asked about at every call: a string that is built again takes longer to look up than to build.
  function keysOf(deployment: Deployment): MinuteKeys {
    const keys = known(deployment)
    const current = minute()
    if (keys.minute === current) return keys
    const key = (unit: string) => `${scope}:${deployment.id}:${unit}:${current}`
    return Object.assign(keys, { minute: current, rpm: key('rpm'), tpm: key('tpm') })
  }

  function minute(): number {
    return Math.floor(now() / MINUTE_MS)
  }
}

interface MinuteKeys {
  minute: number
  rpm: string
  tpm: string
}

type MinuteUsage = ReturnType<typeof createMinuteUsage>

/** Whether one more request with so many input tokens stays within the deployment's `rpm` and `tpm`. */
export function withinLimits(usage: MinuteUsage, deployment: Deployment, inputTokens: number): boolean {
  const { rpm = Number.POSITIVE_INFINITY, tpm = Number.POSITIVE_INFINITY } = deployment.routing ?? {}
  return usage.requests(deployment) + 1 <= rpm && usage.tokens(deployment) + inputTokens <= tpm
}
