/**
 * Why a request target may not be relayed, or `undefined`. SECURITY: the path of a client is appended to an address from
 * the configuration. What a URL parser between here and the upstream could read as another host or as a way out of the
 * path is refused, not cleaned: two parsers never agree on what clean is.
 */
export function relayPathProblem(target: string): string | undefined {
  const end = target.search(/[?#]/)
  const path = end < 0 ? target : target.slice(0, end)
  return RULES.find(([rule]) => rule(path, target))?.[1]
}

type Rule = (path: string, target: string) => boolean

const RULES: readonly (readonly [Rule, string])[] = [
  [(path) => !path.startsWith('/'), 'it is not a path of this server'],
  [(path) => path.includes('//'), 'it has an empty segment'],
  [(path) => path.includes('\\') || /%5c/i.test(path), 'it has a backslash'],
  [(path) => /%2f/i.test(path), 'it has an encoded slash'],
  // Decoded twice somewhere, this could become any of the others.
  [(path) => /%25/.test(path), 'it is encoded twice'],
  [(path) => path.split('/').some(isDots), 'it has a segment of dots'],
  [(path) => path.replace(MODEL_VERSION, '').includes('@') || /%40/.test(path), 'it has an @'],
  [(_, target) => !/^[\x21-\x7e]*$/.test(target) || target.includes('#'), 'it has a character that must be encoded'],
  [(path) => /%[01][0-9a-f]|%7f/i.test(path), 'it has a control character'],
  [(_, target) => target.length > MAX_LENGTH, 'it is too long'],
]

const MAX_LENGTH = 8_192

/** Vertex writes a model's version behind an `@`. */
const MODEL_VERSION = /(?<=\/models\/[\w.-]+)@(?=[\w.-]+(:\w+)?$)/

function isDots(segment: string): boolean {
  return /^(\.|%2e){1,2}(;.*)?$/i.test(segment)
}

/** Names of query parameters that carry a client's credentials. */
const CREDENTIALS = new Set(['key', 'api_key', 'api-key', 'access_token', 'litellm_user_api_key'])

/** A query without the client's credentials, otherwise as it was sent; with its `?`, or empty. */
export function relayQuery(target: string): string {
  const start = target.indexOf('?')
  if (start < 0) return ''
  const kept = target
    .slice(start + 1)
    .split('&')
    .filter((part) => !CREDENTIALS.has(nameOf(part)))
  return kept.join('&') === '' ? '' : `?${kept.join('&')}`
}

function nameOf(part: string): string {
  const [name = ''] = new URLSearchParams(part).keys()
  return name.toLowerCase()
}
