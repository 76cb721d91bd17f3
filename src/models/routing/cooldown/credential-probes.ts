import type { Deployment } from '../../../types.ts'
import type { RouterState } from '../memory-state.ts'

/** The status that a small call of our own gets from a deployment; `undefined` when it got none, or none can be made. */
export type Probe = (deployment: Deployment) => Promise<number | undefined>

/** Finds out whether a provider refuses the operator's credential, or only what one client asked of it. */
export interface CredentialProbes {
  /** A call was refused with 401 or 403. `isIll` is called, now or later, when the credential itself is refused. */
  refused(deployment: Deployment, isIll: () => void): void
}

const REFUSING: ReadonlySet<number | undefined> = new Set([401, 403])

/** Between two probes of one deployment, whose credential was found to be good: clients must not cause calls at will. */
const EVERY_MS = 30_000
/** How long a refused credential is taken for refused without another probe. */
const ILL_MS = 60_000

export function createCredentialProbes(probe: Probe | undefined, state: RouterState): CredentialProbes {
  return {
    refused(deployment, isIll) {
      const ill = `deployment:${deployment.id}:credential-refused`
      const probed = `deployment:${deployment.id}:credential-probed`
      if (state.markedMs(ill) > 0) return isIll()
      if (!probe || state.markedMs(probed) > 0) return
      state.mark(probed, EVERY_MS)
      void probe(deployment).then(
        (status) => {
          if (!REFUSING.has(status)) return
          state.mark(ill, ILL_MS)
          isIll()
        },
        // A probe that could not be made says nothing.
        () => {},
      )
    },
  }
}
