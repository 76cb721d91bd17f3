import type { Deployment, DeploymentRouting } from '../../../types.ts'
import { drawUntil, pickWeighted, weightedDraw } from './pick.ts'
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
      const isByKey = weights !== undefined && candidates.some((candidate) => byKey(candidate) > 0)
      return pickWeighted(candidates, isByKey ? byKey : shareIn(candidates), random)
    },
    drawFrom(list) {
      // What no deployment of the list has, none of those that can be used has.
      const draw = weightedDraw(list, shareIn(list), random)
      return ({ weights }, isUsable) => (weights ? undefined : drawUntil(draw, isUsable))
    },
  }
}

/** The share of each of these. All are 0 where none has any. */
function shareIn(candidates: readonly Deployment[]): (candidate: Deployment) => number {
  const share = SHARES.find((name) => candidates.some(({ routing }) => (routing?.[name] ?? 0) > 0))
  return ({ routing }) => (share && routing?.[share]) ?? 0
}
