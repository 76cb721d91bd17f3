import type { IncomingHttpHeaders } from 'node:http'
import type { Deployment } from '../types.ts'

/**
 * What a client may say to an upstream. Everything else stays here: credentials, cookies, hop-by-hop headers (RFC 9110,
 * 7.6.1), forwarding headers, and what only concerns the gateway.
 */
const REQUEST_HEADERS = [
  'accept',
  'openai-beta',
  'anthropic-version',
  'anthropic-beta',
  'idempotency-key',
  'traceparent',
  'tracestate',
]
const REQUEST_PREFIX = 'x-amzn-bedrock-'

/** What an upstream may say to a client. Cookies and the organisation behind the provider key stay here. */
const RESPONSE_HEADERS = new Set([
  'content-type',
  'content-encoding',
  'content-language',
  'cache-control',
  'retry-after',
  'retry-after-ms',
  'x-request-id',
  'request-id',
  'openai-processing-ms',
  'openai-version',
  'x-should-retry',
])
/** They speak of what is sent, which may be ours. */
const OF_THE_BODY = new Set(['content-type', 'content-encoding', 'content-language', 'cache-control'])
const RESPONSE_PREFIXES = ['x-ratelimit-', 'anthropic-ratelimit-', 'x-amzn-']

const USER_AGENT = 'express-litellm'

/**
 * Headers of the request to an upstream: the client's own, those its body adds (`extra`), and the deployment's, which win.
 * Answers are asked for uncompressed: they are metered as they pass.
 */
export function upstreamHeaders(
  client: IncomingHttpHeaders,
  extra: Readonly<Record<string, string>>,
  deployment: Deployment,
): Record<string, string> {
  const headers: Record<string, string> = {
    'content-type': client['content-type'] ?? 'application/json',
    'accept-encoding': 'identity',
    'user-agent': USER_AGENT,
  }
  for (const name of REQUEST_HEADERS) {
    const value = client[name]
    if (typeof value === 'string') headers[name] = value
  }
  for (const name in client) {
    if (name.startsWith(REQUEST_PREFIX)) headers[name] = String(client[name])
  }
  return Object.assign(headers, extra, deployment.headers)
}

/** Headers of the answer to the client, without its length. */
export function clientHeaders(upstream: IncomingHttpHeaders): Record<string, string | string[]> {
  const headers: Record<string, string | string[]> = {}
  for (const name in upstream) {
    const value = upstream[name]
    if (value === undefined || !isRelayed(name)) continue
    headers[name] = value
    // Clients of LiteLLM look for them under these names.
    if (!OF_THE_BODY.has(name)) headers[`llm_provider-${name}`] = value
  }
  // `compression()` in the app would hold a stream back to its end.
  if (String(upstream['content-type']).startsWith('text/event-stream'))
    headers['cache-control'] = 'no-cache, no-transform'
  return headers
}

function isRelayed(name: string): boolean {
  return RESPONSE_HEADERS.has(name) || RESPONSE_PREFIXES.some((prefix) => name.startsWith(prefix))
}
