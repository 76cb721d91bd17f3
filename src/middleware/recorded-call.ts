import type { Call, Deployment, SpendEvent } from '../types.ts'

/** What of a deployment may be told, once for each. */
const told = new WeakMap<Deployment, Deployment>()

/** What of a call and its deployment is recorded and told as an event: not the body, no provider key. */
export function recordedCall(
  { json: _json, body: _body, ...call }: Call,
  deployment: Deployment | undefined,
): Pick<SpendEvent, 'call' | 'deployment'> {
  return { call, deployment: deployment && withoutSecrets(deployment) }
}

function withoutSecrets(deployment: Deployment): Deployment {
  const found = told.get(deployment)
  if (found) return found
  const made = { ...deployment, headers: {}, baseUrl: withoutCredentials(deployment.baseUrl) }
  told.set(deployment, made)
  return made
}

/** Keys may stand before the host, or in the query. */
function withoutCredentials(baseUrl: string): string {
  const url = URL.parse(baseUrl)
  if (!url) return ''
  return url.username || url.password || url.search ? `${url.origin}${url.pathname}` : baseUrl
}
