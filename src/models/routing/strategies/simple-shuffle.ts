import type { Deployment, DeploymentRouting } from '../../../types.ts'
import { pickAny, pickWeighted } from './pick.ts'
import type { Strategy, StrategyTools } from './strategy.ts'

const SHARES = ['weight', 'rpm', 'tpm'] as const satisfies readonly (keyof DeploymentRouting)[]

/**
 * At random, by share: by the key's weights, else the deployments' `weight`, else their `rpm`, else their `tpm`, the first of
 * these that any candidate has more than 0 of; else all are equal. A candidate without that number has share 0. Mirrors
 * LiteLLM 1.106.
 */
export function simpleShuffle({ random }: Pick<StrategyTools, 'random'>): Strategy {
  return {
    choose(candidates, { weights }) {
      const byKey = ({ id }: Deployment) => weights?.[id] ?? 0
      if (weights && candidates.some((candidate) => byKey(candidate) > 0)) {
        return pickWeighted(candidates, byKey, random)
      }
      const share = SHARES.find((name) => candidates.some(({ routing }) => (routing?.[name] ?? 0) > 0))
      if (!share) return pickAny(candidates, random)
      return pickWeighted(candidates, ({ routing }) => routing?.[share] ?? 0, random)
    },
  }
}
