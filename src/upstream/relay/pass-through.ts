import { ConfigError } from '../../errors.ts'
import { object } from '../../lib/json.ts'
import type { Json } from '../../types.ts'

/** One of LiteLLM's `general_settings.pass_through_endpoints`. */
export interface PassThroughEndpoint {
  /** As clients ask for it, without a trailing slash. */
  readonly path: string
  readonly origin: string
  /** Path and query of the target. */
  readonly targetPath: string
  readonly headers: Readonly<Record<string, string>>
  /** Whether callers need a key. */
  readonly auth: boolean
  /** Also serve everything below `path`. */
  readonly subpaths: boolean
  /** Upper case. Absent: all. */
  readonly methods?: readonly string[]
  /** US dollars per answered request. */
  readonly costPerRequest?: number
}

/** Reads the list. Throws a `ConfigError` for an entry that could send requests to the wrong place. */
export function passThroughEndpointsOf(value: unknown): readonly PassThroughEndpoint[] {
  return Array.isArray(value) ? value.map(endpointOf) : []
}

function endpointOf(value: unknown, index: number): PassThroughEndpoint {
  const at = `general_settings.pass_through_endpoints[${index}]`
  const entry = object(value)
  const { path, target } = entry
  if (typeof path !== 'string' || !path.startsWith('/')) throw new ConfigError(`${at}.path must begin with a slash.`)
  const url = typeof target === 'string' && /^https?:\/\//i.test(target) && URL.parse(target)
  if (!url) throw new ConfigError(`${at}.target must be a URL that starts with http:// or https://.`)
  if (url.username || url.password) throw new ConfigError(`${at}.target must not hold a password. Use \`headers\`.`)
  const cost = entry.cost_per_request
  if (cost !== undefined && !(Number(cost) >= 0)) {
    throw new ConfigError(`${at}.cost_per_request must be a number of US dollars of at least 0.`)
  }
  return {
    path: path.length > 1 ? path.replace(/\/+$/, '') : path,
    origin: url.origin,
    targetPath: url.pathname + url.search,
    headers: headersOf(object(entry.headers), at),
    auth: entry.auth !== false,
    subpaths: entry.include_subpath === true,
    ...(Array.isArray(entry.methods) && { methods: entry.methods.map((name) => String(name).toUpperCase()) }),
    ...(cost !== undefined && { costPerRequest: Number(cost) }),
  }
}

/** `litellm_user_api_key` tells where callers put their key; it is not for the upstream. */
function headersOf(headers: Json, at: string): Readonly<Record<string, string>> {
  const entries = Object.entries(headers).flatMap(([name, value]) => {
    if (name.toLowerCase() === 'litellm_user_api_key') return []
    const isText = ['string', 'number', 'boolean'].includes(typeof value)
    if (!isText || /[\r\n\0]/.test(String(value)))
      throw new ConfigError(`${at}.headers.${name} must be one line of text.`)
    return [[name.toLowerCase(), String(value)]]
  })
  return Object.fromEntries(entries)
}
