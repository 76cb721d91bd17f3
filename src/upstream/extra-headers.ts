import { LiteLLMError } from '../errors.ts'
import type { Call } from '../types.ts'

/** RFC 9110, 5.6.2. */
const NAME = /^[!#$%&'*+.^_`|~0-9a-z-]+$/
/** RFC 9110, 5.5. Without line ends nothing can be added to the request. */
const VALUE = /^[\t\x20-\x7e\x80-\xff]*$/

/** Hop-by-hop headers (RFC 9110, 7.6.1), those that say what the body is, and those that say where it comes from. */
const OF_THE_GATEWAY =
  /^(connection|keep-alive|proxy-.*|te|trailer|transfer-encoding|upgrade|expect|host|http2-settings|content-.*|accept-encoding|date|via|forwarded|x-forwarded-.*|x-real-ip|x-http-method.*)$/

/**
 * Credentials, and what chooses the account that is billed. SECURITY: a client's header next to the operator's could make
 * an upstream take the one for the other.
 */
const CREDENTIALS =
  /auth|cookie|credential|password|secret|signature|token|api-?key|access-?key|subscription-?key|(^|-)key$|^x-amz-|^x-goog-user-project$|^openai-(organization|project)$|^organization$/

const OPEN = new Set(['idempotency-key', 'x-idempotency-key'])

/**
 * The members of `extra_headers`, as headers for the upstream. Credentials and what belongs to the gateway are passed
 * over, as they are in the request's own headers. Throws `bad_request` for what is no header.
 */
export function extraHeadersOf({ json }: Pick<Call, 'json'>): Readonly<Record<string, string>> {
  const extra = json?.extra_headers
  if (extra === undefined || extra === null) return {}
  if (typeof extra !== 'object' || Array.isArray(extra))
    throw notHeaders('must be an object of header names and values')
  const headers: Record<string, string> = {}
  for (const [written, value] of Object.entries(extra)) {
    const name = written.toLowerCase()
    if (!NAME.test(name)) throw notHeaders('has a name that no HTTP header can have')
    if (!isScalar(value) || !VALUE.test(String(value))) {
      throw notHeaders(`has a value for \`${name}\` that no HTTP header can have: send text without line breaks`)
    }
    if (OPEN.has(name) || !(OF_THE_GATEWAY.test(name) || CREDENTIALS.test(name))) headers[name] = String(value)
  }
  return headers
}

function isScalar(value: unknown): boolean {
  return ['string', 'number', 'boolean'].includes(typeof value)
}

function notHeaders(problem: string): LiteLLMError {
  return new LiteLLMError('bad_request', { param: 'extra_headers', message: `\`extra_headers\` ${problem}.` })
}
