import type { Deployment } from '../../../types.ts'
import { pickLowest } from './pick.ts'
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
    begin: (deployment) => usage.addRequest(deployment),
    end(deployment, _ask, result) {
      if (result.success) usage.addTokens(deployment, result.promptTokens + result.completionTokens)
    },
  }
}

type Scope = Pick<StrategyTools, 'state' | 'now'>

/** Requests and tokens of one deployment in the current minute of the clock. `scope` keeps separate counts apart. */
export function createMinuteUsage({ state, now }: Scope, scope: string) {
  return {
    requests: (deployment: Deployment) => state.count(key(deployment, 'rpm')),
    tokens: (deployment: Deployment) => state.count(key(deployment, 'tpm')),
    addRequest: (deployment: Deployment) => void state.add(key(deployment, 'rpm'), 1, MINUTE_MS),
    addTokens: (deployment: Deployment, tokens: number) => void state.add(key(deployment, 'tpm'), tokens, MINUTE_MS),
  }

  function key({ id }: Deployment, unit: 'rpm' | 'tpm'): string {
    return `${scope}:${id}:${unit}:${Math.floor(now() / MINUTE_MS)}`
  }
}

type MinuteUsage = ReturnType<typeof createMinuteUsage>

/** Whether one more request with so many input tokens stays within the deployment's `rpm` and `tpm`. */
export function withinLimits(usage: MinuteUsage, deployment: Deployment, inputTokens: number): boolean {
  const { rpm = Number.POSITIVE_INFINITY, tpm = Number.POSITIVE_INFINITY } = deployment.routing ?? {}
  return usage.requests(deployment) + 1 <= rpm && usage.tokens(deployment) + inputTokens <= tpm
}
