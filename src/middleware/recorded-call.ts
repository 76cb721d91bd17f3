import { oncePer } from '../once-per.ts'
import type { Call, Deployment, SpendEvent } from '../types.ts'

/** What of a call and its deployment is recorded and told as an event: not the body, nothing that lets us in. */
export function recordedCall(
  { json: _json, extraBody: _extra, body: _body, form: _form, upload: _upload, ...call }: Call,
  deployment: Deployment | undefined,
): Pick<SpendEvent, 'call' | 'deployment'> {
  return { call, deployment: deployment && withoutSecrets(deployment) }
}

const withoutSecrets = oncePer(
  (deployment: Deployment): Deployment => ({
    ...deployment,
    headers: {},
    credential: undefined,
    baseUrl: withoutCredentials(deployment.baseUrl),
  }),
)

/** Keys may stand before the host, or in the query. */
function withoutCredentials(baseUrl: string): string {
  const url = URL.parse(baseUrl)
  if (!url) return ''
  return url.username || url.password || url.search ? `${url.origin}${url.pathname}` : baseUrl
}
