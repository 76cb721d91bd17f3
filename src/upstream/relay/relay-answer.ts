import type { IncomingMessage, ServerResponse } from 'node:http'
import { isLiteLLMError, LiteLLMError } from '../../errors.ts'
import { quotedIn, withoutQuoted } from '../../lib/secrets.ts'
import { relayResponseHeaders } from './relay-headers.ts'

/** What is done with an answer in JSON before the client gets it. */
export interface AnswerReading {
  /** The document that the client is to get in place of this one, if it is to get another. */
  read(document: unknown): Promise<unknown>
  /** An answer that cannot be read may not be passed on. */
  readonly required: boolean
}

export interface RelayAnswerOptions {
  /** Added to the answer's own. */
  readonly headers: Readonly<Record<string, string>>
  /** Taken out of an error, should the upstream have quoted them. */
  readonly secrets: readonly string[]
  readonly reading?: AnswerReading
  /** Hears of an error, without our secrets, as far as it can be read. */
  onFailure?(status: number, said: string): void
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
    relayError(upstream, res, status, headers, options)
  } else if (options.reading && isDocument(upstream)) {
    relayDocument(upstream, res, headers, options, options.reading)
  } else if (options.reading?.required) {
    upstream.resume()
    options.onError(unreadable())
  } else {
    res.writeHead(status, headers)
    res.flushHeaders()
    upstream.pipe(res)
  }
}

const DOCUMENT = /^application\/(?:[\w.-]+\+)?json\b/i

/** One JSON document in plain bytes. */
function isDocument({ headers }: IncomingMessage): boolean {
  const { 'content-encoding': encoding = 'identity', 'content-type': type = '' } = headers
  return DOCUMENT.test(type) && encoding === 'identity'
}

const MAX_DOCUMENT_BYTES = 32 << 20

/** Byte for byte, unless the client is to get another document. */
function relayDocument(
  upstream: IncomingMessage,
  res: ServerResponse,
  headers: Record<string, string | string[]>,
  { onError }: RelayAnswerOptions,
  { read, required }: AnswerReading,
): void {
  const pieces: Buffer[] = []
  let size = 0
  upstream.on('data', (bytes: Buffer) => {
    pieces.push(bytes)
    size += bytes.length
    if (size > MAX_DOCUMENT_BYTES) upstream.destroy(unreadable())
  })
  upstream.once('error', (error) => onError(isLiteLLMError(error) ? error : unreadable(error)))
  upstream.once('end', () => {
    answered(Buffer.concat(pieces)).catch((error) => onError(isLiteLLMError(error) ? error : unreadable(error)))
  })

  async function answered(bytes: Buffer): Promise<void> {
    const document = parsed(bytes)
    if (document === undefined && required) throw unreadable()
    const other = document === undefined ? undefined : await read(document)
    const body = other === undefined ? bytes : Buffer.from(JSON.stringify(other))
    if (res.destroyed) return
    res.writeHead(upstream.statusCode ?? 502, { ...headers, 'content-length': String(body.length) })
    res.end(body)
  }
}

function parsed(bytes: Buffer): unknown {
  try {
    return JSON.parse(bytes.toString('utf8'))
  } catch {
    return undefined
  }
}

function unreadable(cause?: unknown): LiteLLMError {
  return new LiteLLMError('upstream_error', { cause, message: 'The answer of the upstream could not be read.' })
}

function relayError(
  upstream: IncomingMessage,
  res: ServerResponse,
  status: number,
  headers: Record<string, string | string[]>,
  { secrets, onFailure }: RelayAnswerOptions,
): void {
  const pieces: Buffer[] = []
  let size = 0
  upstream.on('data', (bytes: Buffer) => {
    if (size > MAX_ERROR_BYTES) return
    pieces.push(bytes)
    size += bytes.length
  })
  upstream.on('end', () => {
    const body = cleaned(Buffer.concat(pieces), secrets)
    onFailure?.(status, body.toString('utf8'))
    res.writeHead(status, { ...headers, 'content-length': String(body.length) })
    res.end(body)
  })
}

/** Byte for byte when nothing is quoted: an encoded body must survive. */
function cleaned(body: Buffer, secrets: readonly string[]): Buffer {
  const quoted = quotedIn(body, secrets)
  return quoted.length === 0 ? body : Buffer.from(withoutQuoted(body.toString('utf8'), quoted))
}
