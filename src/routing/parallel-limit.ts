import type { Deployment } from '../types.ts'

/** LiteLLM's rule of thumb: six requests a minute for every thousand tokens a minute. */
const REQUESTS_PER_TOKEN = 6 / 1000

/**
 * A deployment with the number of calls it is given at once: its `max_parallel_requests`, else as in LiteLLM its `rpm`, what
 * its `tpm` comes to, and last the router's default. Where only a rate is known, a slot is free again when the answer
 * begins, as all of LiteLLM's are; a limit that was set as one holds to the answer's end.
 */
export function withParallelLimit(deployment: Deployment, byDefault: number | undefined): Deployment {
  const { maxParallelRequests: own, rpm, tpm } = deployment.routing ?? {}
  const byRate = rpm ?? (tpm === undefined ? undefined : Math.max(1, Math.floor(tpm * REQUESTS_PER_TOKEN)))
  const calls = own ?? byRate ?? byDefault
  // 0 is LiteLLM's word for no limit here.
  if (!calls) return deployment
  return { ...deployment, parallel: { calls: Math.ceil(calls), toEnd: own !== undefined || byRate === undefined } }
}
