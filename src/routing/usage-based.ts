import type { Deployment } from '../types.ts'
import { createMinuteUsage } from './minute-usage.ts'
import { pickLowest } from './pick.ts'
import type { Strategy, StrategyTools } from './strategy.ts'

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
