import type { Deployment } from '../types.ts'
import type { StrategyTools } from './strategy.ts'

const MINUTE_MS = 60_000

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

export type MinuteUsage = ReturnType<typeof createMinuteUsage>

/** Whether one more request with so many input tokens stays within the deployment's `rpm` and `tpm`. */
export function withinLimits(usage: MinuteUsage, deployment: Deployment, inputTokens: number): boolean {
  const { rpm = Number.POSITIVE_INFINITY, tpm = Number.POSITIVE_INFINITY } = deployment.routing ?? {}
  return usage.requests(deployment) + 1 <= rpm && usage.tokens(deployment) + inputTokens <= tpm
}
