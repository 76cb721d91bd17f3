import { memoizeByObject } from '../../../lib/memoize.ts'
import type { Deployment } from '../../../types.ts'
import type { RouterState } from '../memory-state.ts'
import { isWildcard } from '../wildcard.ts'

/** What is known of the APIs that a deployment lacks, by the API shape of the calls that it answered. */
export interface MissingRoutes {
  /** A call of this shape was answered: what it lacks later is something else. */
  answered(deployment: Deployment, shape: string): void
  /** The upstream does not know the route of this shape. For how long that takes the pair away, in milliseconds; 0: it does not, or has before. */
  missing(deployment: Deployment, shape: string): number
  /** For how long no more calls of this shape are sent to the deployment, in milliseconds. 0: they are sent. */
  missingMs(deployment: Deployment, shape: string): number
}

/** An upstream may be updated: it is asked again after this time. */
const MISSING_MS = 5 * 60_000
const ANSWERED_MS = 60 * 60_000

/**
 * Remembers the pair of deployment and shape whose first call was answered with 404. A pair that has answered within the
 * hour is never taken away: then the 404 is about something that the call names. Neither is one of a wildcard, whose model
 * the caller names.
 */
export function createMissingRoutes(state: RouterState): MissingRoutes {
  return {
    answered(deployment, shape) {
      const key = keysOf(deployment).answered(shape)
      // Written twice an hour, not at every call.
      if (state.markedMs(key) < ANSWERED_MS / 2) state.mark(key, ANSWERED_MS)
    },
    missing(deployment, shape) {
      const keys = keysOf(deployment)
      if (isWildcard(deployment.modelGroup) || state.markedMs(keys.answered(shape)) > 0) return 0
      const isKnown = state.markedMs(keys.missing(shape)) > 0
      state.mark(keys.missing(shape), MISSING_MS)
      return isKnown ? 0 : MISSING_MS
    },
    missingMs: (deployment, shape) => state.markedMs(keysOf(deployment).missing(shape)),
  }
}

// Asked about at every call: a name that is made again takes longer to look up than to make.
const keysOf = memoizeByObject(({ id }: Deployment) => ({
  answered: memoized((shape) => `deployment:${id}:answers:${shape}`),
  missing: memoized((shape) => `deployment:${id}:lacks:${shape}`),
}))

function memoized(make: (shape: string) => string): (shape: string) => string {
  const made = new Map<string, string>()
  return (shape) => {
    const known = made.get(shape) ?? make(shape)
    made.set(shape, known)
    return known
  }
}
