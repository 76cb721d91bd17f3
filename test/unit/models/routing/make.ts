import type { Call, Deployment, DeploymentRouting } from '../../../../src/types.ts'
import { aCall, aDeployment } from '../../../support/facts.ts'

/** A deployment `id` of model group `modelGroup`. */
export function deployment(id: string, modelGroup = 'gpt-4o', routing: DeploymentRouting = {}): Deployment {
  return aDeployment({ id, modelGroup, model: `${id}-model`, baseUrl: 'http://upstream', routing })
}

export const call = (modelGroup = 'gpt-4o', more: Partial<Call> = {}) => aCall({ modelGroup, ...more })

export { aKey as key } from '../../../support/facts.ts'

/** The same numbers every time, uniform in [0, 1): mulberry32. */
export function seededRandom(seed = 1): () => number {
  let state = seed
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
  }
}

/** A clock that only moves when told to. */
export function clock(startMs = 1_800_000_000_000) {
  let nowMs = startMs
  return {
    now: () => nowMs,
    advance(ms: number) {
      nowMs += ms
    },
  }
}
