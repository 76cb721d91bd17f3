import type { Deployment } from '../types.ts'

const NONE: Deployment['headers'] = {}

/** A deployment as sinks and listeners may see it, who may log what they see: without what lets us in. */
export function shownDeployment(deployment: Deployment | undefined): Deployment | undefined {
  return deployment && { ...deployment, headers: NONE, credential: undefined }
}
