import { withoutCredentials } from '../../lib/secrets.ts'
import type { Json } from '../../types.ts'

/** Names of parameters that are, or may hold, a secret. Counts and prices of tokens are none, nor is a credential's name. */
const SECRET =
  /key|secret|password|credential|authorization|cookie|private|(?<!per_|max_|_)token$|_token$|client_id|username/i
const OPEN = /^litellm_credential_name$|cost_per|^max_|_tokens$|per_token/i
const HEADERS = /headers$/i
/** What looks like a provider key, wherever it stands. */
const LOOKS_SECRET = /^(sk|pk|xai|gsk|AIza|AKIA)[-_\w]{8,}/

/** `litellm_params` as they may be shown: without secrets, and of an address only what says where it is. */
export function shownParams(params: Json): Json {
  const shown = Object.entries(params).flatMap(([name, value]): [string, unknown][] => {
    if (SECRET.test(name) && !OPEN.test(name)) return []
    return [[name, HEADERS.test(name) ? masked(value) : shownValue(value)]]
  })
  return Object.fromEntries(shown)
}

function shownValue(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(shownValue)
  if (typeof value === 'object' && value !== null) return shownParams(value as Json)
  if (typeof value !== 'string') return value
  if (LOOKS_SECRET.test(value)) return '****'
  return /^[a-z+]+:\/\//i.test(value) ? withoutCredentials(value, '****@') : value
}

function masked(headers: unknown): unknown {
  if (typeof headers !== 'object' || headers === null) return '****'
  return Object.fromEntries(Object.keys(headers).map((name) => [name, '****']))
}
