import type { IncomingMessage } from 'node:http'
import type { RequestFacts } from '../auth/check.ts'
import type { Call } from '../types.ts'
import { clientIpOf } from './client-ip.ts'
import type { ClientSettings } from './client-settings.ts'
import { targetPath } from './target-path.ts'

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
