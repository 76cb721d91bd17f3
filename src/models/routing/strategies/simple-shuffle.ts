import type { Deployment, DeploymentRouting } from '../../../types.ts'
import { pickAny, pickWeighted } from './pick.ts'
import type { Strategy, StrategyTools } from './strategy.ts'

const WEIGHTS = ['weight', 'rpm', 'tpm'] as const satisfies readonly (keyof DeploymentRouting)[]

/**
 * At random, by share. As in LiteLLM the first candidate alone says by what: its `weight`, else its `rpm`, else its `tpm`,
 * else all are equal. A candidate without that number has share 0.
 */
export function simpleShuffle({ random }: Pick<StrategyTools, 'random'>): Strategy {
  return {
    choose(candidates) {
      const mode = WEIGHTS.find((name) => candidates[0]?.routing?.[name] !== undefined)
      if (!mode) return pickAny(candidates, random)
      return pickWeighted(candidates, (deployment: Deployment) => deployment.routing?.[mode] ?? 0, random)
    },
  }
}
