import type { IncomingMessage, ServerResponse } from 'node:http'

/** Which pages of browsers may read answers: LiteLLM's `LITELLM_CORS_ORIGINS` and `LITELLM_CORS_ALLOW_CREDENTIALS`. */
export interface CorsSettings {
  /** `https://app.example.com`; `*` alone: all. */
  readonly origins: readonly string[]
  /** Whether pages may send cookies and the like. */
  readonly credentials: boolean
}

const METHODS = 'DELETE, GET, HEAD, OPTIONS, PATCH, POST, PUT'
const MAX_AGE_SECONDS = '600'

/** LiteLLM's list, and what tells a page of its call. */
const EXPOSED = [
  'x-litellm-call-id',
  'x-litellm-model-id',
  'x-litellm-response-cost',
  'x-litellm-cache-key',
  'x-litellm-dropped-params',
  'x-request-id',
  'retry-after',
].join(', ')

/**
 * Whether a browser asks if it may send a request. `method`: that of the request. It has no key yet, so nothing is checked
 * but its origin.
 */
export function preflightMethod({ method, headers }: IncomingMessage): string | undefined {
  const wanted = headers['access-control-request-method']
  return method === 'OPTIONS' && headers.origin !== undefined ? wanted : undefined
}

/** Answers it as LiteLLM's server does. */
export function answerPreflight({ headers }: IncomingMessage, res: ServerResponse, settings: CorsSettings): void {
  const { origin = '' } = headers
  const isAllowed = allows(settings, origin)
  const asked = headers['access-control-request-headers']
  const answered: Record<string, string> = {
    vary: 'Origin',
    'access-control-allow-methods': METHODS,
    'access-control-max-age': MAX_AGE_SECONDS,
    ...(isAllowed && originHeaders(settings, origin)),
    ...(asked !== undefined && { 'access-control-allow-headers': asked }),
  }
  const text = isAllowed ? 'OK' : 'Disallowed CORS origin'
  res.writeHead(isAllowed ? 200 : 400, { 'content-type': 'text/plain; charset=utf-8', ...answered }).end(text)
}

/** Lets the page that has sent this request read its answer, errors too. */
export function allowOrigin({ headers }: IncomingMessage, res: ServerResponse, settings: CorsSettings): void {
  const { origin } = headers
  if (origin === undefined) return
  // A cache must not give the answer for one page to another.
  if (!isForAll(settings) || settings.credentials) res.appendHeader('vary', 'Origin')
  if (!allows(settings, origin)) return
  for (const [name, value] of Object.entries(originHeaders(settings, origin))) res.setHeader(name, value)
  res.setHeader('access-control-expose-headers', EXPOSED)
}

function originHeaders(settings: CorsSettings, origin: string): Record<string, string> {
  // Browsers send no credentials to `*`: where they are allowed, the page is named.
  const allowed = isForAll(settings) && !settings.credentials ? '*' : origin
  return {
    'access-control-allow-origin': allowed,
    ...(settings.credentials && { 'access-control-allow-credentials': 'true' }),
  }
}

function allows(settings: CorsSettings, origin: string): boolean {
  return isForAll(settings) || settings.origins.includes(origin)
}

function isForAll({ origins }: CorsSettings): boolean {
  return origins.includes('*')
}
