import type { IncomingHttpHeaders } from 'node:http'

type Headers = Record<string, string | string[]>

/**
 * What of a relayed request an upstream is told. A list of what may pass, because what must not (credentials, cookies,
 * hop-by-hop and forwarding headers, the choice of an organisation or project to bill) has no end.
 */
const REQUEST_HEADERS = new Set([
  ...['accept', 'accept-language', 'content-type', 'content-disposition', 'content-md5', 'range', 'if-range'],
  ...['if-match', 'if-none-match', 'if-modified-since', 'if-unmodified-since', 'idempotency-key', 'user-agent'],
  ...['anthropic-version', 'anthropic-beta', 'openai-beta', 'x-goog-api-client', 'x-client-request-id'],
  ...['traceparent', 'tracestate'],
])
const REQUEST_PREFIXES = ['x-stainless-', 'x-goog-upload-', 'x-amzn-bedrock-']

/** What of a relayed answer a client is told. */
const RESPONSE_HEADERS = new Set([
  ...['content-type', 'content-length', 'content-encoding', 'content-language', 'content-disposition', 'content-range'],
  ...['accept-ranges', 'cache-control', 'etag', 'expires', 'last-modified', 'vary', 'retry-after', 'retry-after-ms'],
  ...['request-id', 'x-request-id', 'x-should-retry', 'openai-processing-ms', 'openai-version', 'x-goog-upload-status'],
])
const RESPONSE_PREFIXES = ['x-ratelimit-', 'anthropic-ratelimit-', 'x-amzn-bedrock-', 'x-litellm-response-cost']

const WEBSOCKET_HEADERS = ['sec-websocket-key', 'sec-websocket-version', 'sec-websocket-protocol'] as const

/** How browsers send a key to OpenAI, who cannot set headers. */
const KEY_IN_PROTOCOL = /^openai-(insecure-api-key|organization|project)\./

/** Headers of a relayed request, without its length. `own` wins. */
export function relayRequestHeaders(client: IncomingHttpHeaders, own: Readonly<Record<string, string>>): Headers {
  const headers = pick(client, REQUEST_HEADERS, REQUEST_PREFIXES)
  // Answers are asked for uncompressed: they are metered as they pass.
  return { ...headers, 'accept-encoding': 'identity', ...own }
}

/** Headers that open a WebSocket upstream. Compression is not offered: frames are metered as they pass. */
export function relayUpgradeHeaders(client: IncomingHttpHeaders, own: Readonly<Record<string, string>>): Headers {
  const headers: Headers = { connection: 'Upgrade', upgrade: 'websocket' }
  for (const name of WEBSOCKET_HEADERS) {
    const value = client[name]
    if (typeof value === 'string') headers[name] = value
  }
  const protocols = String(client['sec-websocket-protocol'] ?? '').split(',')
  const open = protocols.map((name) => name.trim()).filter((name) => name !== '' && !KEY_IN_PROTOCOL.test(name))
  delete headers['sec-websocket-protocol']
  if (open.length > 0) headers['sec-websocket-protocol'] = open.join(', ')
  const { accept: _accept, 'accept-encoding': _encoding, ...rest } = relayRequestHeaders(client, own)
  return { ...rest, ...headers }
}

/** Headers of a relayed answer: no cookies, no hop-by-hop headers, no address to go to. */
export function relayResponseHeaders(upstream: IncomingHttpHeaders): Headers {
  const headers = pick(upstream, RESPONSE_HEADERS, RESPONSE_PREFIXES)
  // `compression()` in the app would hold a stream back to its end.
  const isStream = String(upstream['content-type']).startsWith('text/event-stream')
  return isStream ? { ...headers, 'cache-control': 'no-cache, no-transform' } : headers
}

/** Takes everything out of an answer's headers that may not reach the client, in place. */
export function keepUpgradeHeaders(upstream: IncomingHttpHeaders): void {
  for (const name of Object.keys(upstream)) {
    const kept = name === 'connection' || name === 'upgrade' || name.startsWith('sec-websocket-')
    if (!kept && !matches(name, RESPONSE_HEADERS, RESPONSE_PREFIXES)) delete upstream[name]
  }
}

function pick(from: IncomingHttpHeaders, names: ReadonlySet<string>, prefixes: readonly string[]): Headers {
  // RFC 9110, 7.6.1: what `Connection` names goes no further than this hop.
  const ofThisHop = new Set(
    String(from.connection ?? '')
      .toLowerCase()
      .split(/\s*,\s*/),
  )
  const headers: Headers = {}
  for (const [name, value] of Object.entries(from)) {
    if (value !== undefined && matches(name, names, prefixes) && !ofThisHop.has(name)) headers[name] = value
  }
  return headers
}

function matches(name: string, names: ReadonlySet<string>, prefixes: readonly string[]): boolean {
  return names.has(name) || prefixes.some((prefix) => name.startsWith(prefix))
}
