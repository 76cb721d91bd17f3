import { pythonFloat } from '../../admission/facts/python-text.ts'
import type { Charge, Cost, Deployment } from '../../types.ts'
import type { RequestContext } from '../request/context.ts'

type Headers = Record<string, string>

/** What the client may know about how its call was served: LiteLLM's headers of that. */
export function routeHeaders({ callId, route, call }: RequestContext, deployment: Deployment): Headers {
  const { losses = [] } = call?.translated ?? {}
  return {
    ...(losses.length > 0 ? { 'x-litellm-dropped-params': namesOf(losses) } : {}),
    'x-litellm-call-id': callId,
    'x-litellm-version': LITELLM_VERSION,
    'x-litellm-model-id': deployment.id,
    'x-litellm-model-name': deployment.litellmModel ?? deployment.model,
    'x-litellm-model-api-base': deployment.baseUrl,
    'x-litellm-model-group': route?.group ?? deployment.modelGroup,
    'x-litellm-attempted-retries': String(route?.retries ?? 0),
    'x-litellm-attempted-fallbacks': String(route?.fallbacks ?? 0),
  }
}

/** The LiteLLM whose behaviour clients get. */
const LITELLM_VERSION = '1.106.12'

/** What the gateway itself has taken of the time, in milliseconds, now that the answer leaves. Writes `overheadMs`. */
export function overheadHeader(context: RequestContext): Headers {
  const { startedAt, upstreamMs } = context
  if (upstreamMs === undefined) return {}
  const overheadMs = Math.max(0, Date.now() - startedAt.getTime() - upstreamMs)
  context.overheadMs = Math.round(overheadMs * 1000) / 1000
  return { 'x-litellm-overhead-duration-ms': pythonFloat(context.overheadMs) }
}

/** Names that a client has made up may hold what no header can, and be longer than any. */
function namesOf(losses: readonly string[]): string {
  return losses
    .map((name) => name.slice(0, MAX_NAME).replace(/[^\w.[\]-]/g, '?'))
    .join(',')
    .slice(0, MAX_NAMES)
}

const MAX_NAME = 64
const MAX_NAMES = 1_024

/** What LiteLLM tells a client about its key, and about the time that its call may take. */
export function keyHeaders({ key }: RequestContext, timeoutMs: number | undefined): Headers {
  const { limits, maxBudget, spend } = key ?? {}
  const headers: Headers = {}
  if (timeoutMs !== undefined) headers['x-litellm-timeout'] = pythonFloat(timeoutMs / 1000)
  if (limits?.tpm !== undefined) headers['x-litellm-key-tpm-limit'] = String(limits.tpm)
  if (limits?.rpm !== undefined) headers['x-litellm-key-rpm-limit'] = String(limits.rpm)
  if (maxBudget !== undefined) headers['x-litellm-key-max-budget'] = pythonFloat(maxBudget)
  if (spend !== undefined) headers['x-litellm-key-spend'] = pythonFloat(spend)
  return headers
}

/**
 * What a whole answer has cost, in US dollars, in parts, and how long it took, in milliseconds. `input` is without what
 * was read from the cache, as LiteLLM has it here.
 */
export function costHeaders({ key, startedAt }: RequestContext, { cost, costParts }: Charge): Headers {
  const headers: Headers = { 'x-litellm-response-duration-ms': String(Date.now() - startedAt.getTime()) }
  if (cost === undefined) return headers
  headers['x-litellm-response-cost'] = pythonFloat(cost)
  if (key) headers['x-litellm-key-spend'] = pythonFloat(key.spend + cost)
  if (!costParts) return headers
  for (const [name, dollars] of COST_PARTS) headers[name] = pythonFloat(dollars(costParts))
  return headers
}

/** Header of a part of the cost, and the part. */
const COST_PARTS: readonly (readonly [name: string, dollars: (parts: Cost) => number])[] = [
  ['x-litellm-response-cost-original', ({ original }) => original],
  ['x-litellm-response-cost-discount-amount', ({ discountAmount }) => discountAmount],
  ['x-litellm-response-cost-margin-amount', ({ marginAmount }) => marginAmount],
  ['x-litellm-response-cost-margin-percent', ({ marginPercent }) => marginPercent],
  ['x-litellm-response-cost-input', ({ input, cacheRead }) => input - cacheRead],
  ['x-litellm-response-cost-output', ({ output }) => output],
  ['x-litellm-response-cost-cache-read', ({ cacheRead }) => cacheRead],
  ['x-litellm-response-cost-tool-usage', ({ tools }) => tools],
]
