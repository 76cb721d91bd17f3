import type { IncomingMessage, ServerResponse } from 'node:http'
import { LiteLLMError } from '../errors.ts'
import { relayResponseHeaders } from './relay-headers.ts'

export interface RelayAnswerOptions {
  /** Added to the answer's own. */
  readonly headers: Readonly<Record<string, string>>
  /** Taken out of an error, should the upstream have quoted them. */
  readonly secrets: readonly string[]
  onError(error: LiteLLMError): void
}

const MAX_ERROR_BYTES = 256 * 1024

/** Hands an upstream's answer to the client: an error whole, without our secrets, and everything else as it comes. */
export function relayAnswer(upstream: IncomingMessage, res: ServerResponse, options: RelayAnswerOptions): void {
  const status = upstream.statusCode ?? 502
  const headers = { ...relayResponseHeaders(upstream.headers), ...options.headers }
  if (status >= 300 && status < 400 && status !== 304) {
    upstream.resume()
    // A redirect would make the client talk to an address that an upstream chose, with our caller's key.
    options.onError(
      new LiteLLMError('upstream_error', { message: `The upstream answered with a redirect (${status}).` }),
    )
  } else if (status >= 400) {
    relayError(upstream, res, status, headers, options.secrets)
  } else {
    res.writeHead(status, headers)
    res.flushHeaders()
    upstream.pipe(res)
  }
}

function relayError(
  upstream: IncomingMessage,
  res: ServerResponse,
  status: number,
  headers: Record<string, string | string[]>,
  secrets: readonly string[],
): void {
  const pieces: Buffer[] = []
  let size = 0
  upstream.on('data', (bytes: Buffer) => {
    if (size > MAX_ERROR_BYTES) return
    pieces.push(bytes)
    size += bytes.length
  })
  upstream.on('end', () => {
    const body = withoutSecrets(Buffer.concat(pieces), secrets)
    res.writeHead(status, { ...headers, 'content-length': String(body.length) })
    res.end(body)
  })
}

/** Byte for byte when nothing is quoted: an encoded body must survive. */
function withoutSecrets(body: Buffer, secrets: readonly string[]): Buffer {
  const quoted = secrets.filter((secret) => secret.length >= 8 && body.includes(secret))
  if (quoted.length === 0) return body
  return Buffer.from(quoted.reduce((text, secret) => text.replaceAll(secret, '***'), body.toString('utf8')))
}

/** The values in these headers that must not be quoted. */
export function secretsIn(headers: Readonly<Record<string, string>>): readonly string[] {
  return Object.values(headers).map((value) => value.replace(/^(Bearer|Basic)\s+/i, ''))
}
