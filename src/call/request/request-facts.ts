import type { IncomingMessage } from 'node:http'
import type { RequestFacts } from '../../admission/facts/check.ts'
import { eachPair } from '../../lib/lists.ts'
import type { Call } from '../../types.ts'

const UNRESERVED = /%(2d|2e|[3][0-9]|[46][1-9a-f]|[57][0-9a]|5f|7e)/gi

/** A request as the checks see it. */
export function requestFactsOf(
  req: IncomingMessage & { ip?: string },
  call: Call | undefined,
  settings: ClientSettings,
): RequestFacts {
  const url = req.url ?? '/'
  const path = targetPath(url)
  const query = url.slice(path.length)
  return {
    headers: req.headers,
    method: req.method ?? 'GET',
    path,
    clientIp: clientIpOf(req, settings),
    bodyBytes: call?.body?.length ?? statedLength(req),
    userId: query === '' ? undefined : (new URLSearchParams(query).get('user_id') ?? undefined),
  }
}

/** Before a body is read, it is as long as its header says. */
function statedLength({ headers }: IncomingMessage): number | undefined {
  const length = Number(headers['content-length'] ?? Number.NaN)
  return Number.isNaN(length) ? undefined : length
}

/** What the operator says about how clients are known. */
export interface ClientSettings {
  /** A client's address is the first in `x-forwarded-for`, as LiteLLM's `use_x_forwarded_for` has it. Default: no. */
  readonly forwardedFor?: boolean
  /** Headers that name the end user, after LiteLLM's own; in lower case. */
  readonly endUserHeaders?: readonly string[]
  /** Headers that become tags, "name: value", as LiteLLM's `extra_spend_tag_headers` has it. */
  readonly tagHeaders?: readonly string[]
}

type Request = Pick<IncomingMessage, 'headers' | 'socket'> & { readonly ip?: string }

/** The address of the client: that of the connection, or what Express makes of it, unless proxies before us are to be believed. */
export function clientIpOf(req: Request, { forwardedFor }: ClientSettings): string | undefined {
  const forwarded = forwardedFor ? firstOf(req.headers['x-forwarded-for']) : ''
  return forwarded || (req.ip ?? req.socket?.remoteAddress)
}

function firstOf(header: string | readonly string[] | undefined): string {
  const text = typeof header === 'string' ? header : (header?.[0] ?? '')
  const [first = ''] = text.split(',', 1)
  return first.trim()
}

/**
 * Of the headers with these names (in lower case) each value as it was sent: `req.headers` has joined or dropped those
 * that were sent twice, and `req.headersDistinct` makes lists of all the others too.
 */
export function headersNamed(
  { rawHeaders }: Pick<IncomingMessage, 'rawHeaders'>,
  names: ReadonlySet<string>,
): Readonly<Record<string, readonly string[]>> {
  const found: Record<string, string[]> = {}
  eachPair(rawHeaders, (written, value) => {
    const name = written.toLowerCase()
    if (!names.has(name)) return
    if (found[name]) found[name].push(value)
    else found[name] = [value]
  })
  return found
}

/** The path of a request target (RFC 9112, 3.2.1), as it was sent. What follows it is its query. */
export function targetPath(target: string): string {
  const end = target.indexOf('?')
  return end < 0 ? target : target.slice(0, end)
}

/**
 * A target as every server reads it (RFC 3986, 6.2.2), so that what is checked here is what an upstream serves: letters,
 * digits, dots and dashes without percent signs, no empty segments, no segments of dots, nothing above the root. Encoded
 * slashes stay encoded.
 */
export function normalTarget(target: string): string {
  if (!target.startsWith('/') || !/%|\/\/|\/\./.test(target)) return target
  const path = targetPath(target)
  const decoded = path.replace(UNRESERVED, (code) => String.fromCharCode(Number.parseInt(code.slice(1), 16)))
  const kept: string[] = []
  const segments = decoded.split('/')
  for (const segment of segments) {
    if (segment === '..') kept.pop()
    else if (segment !== '' && segment !== '.') kept.push(segment)
  }
  const endsOpen = ['', '.', '..'].includes(segments.at(-1) ?? '') && kept.length > 0
  return `/${kept.join('/')}${endsOpen ? '/' : ''}${target.slice(path.length)}`
}
