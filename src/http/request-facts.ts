import type { IncomingMessage } from 'node:http'
import type { RequestFacts } from '../auth/check.ts'
import type { Call } from '../types.ts'

/** A request as the checks see it. */
export function requestFactsOf(req: IncomingMessage & { ip?: string }, call: Call | undefined): RequestFacts {
  const url = req.url ?? '/'
  const query = url.indexOf('?')
  return {
    headers: req.headers,
    method: req.method ?? 'GET',
    path: query < 0 ? url : url.slice(0, query),
    clientIp: req.ip ?? req.socket?.remoteAddress,
    bodyBytes: call?.body?.length ?? statedLength(req),
    userId: query < 0 ? undefined : (new URLSearchParams(url.slice(query)).get('user_id') ?? undefined),
  }
}

/** Before a body is read, it is as long as its header says. */
function statedLength({ headers }: IncomingMessage): number | undefined {
  const length = Number(headers['content-length'] ?? Number.NaN)
  return Number.isNaN(length) ? undefined : length
}
