/** Names in lower case. */
export type Headers = Readonly<Record<string, string | readonly string[] | undefined>>

const VENDOR_SESSION = /^x-[a-z0-9-]+-session-id$/
const SESSION_ID = /^[\w-]{8,}$/

/** What the headers of a request say it is part of: LiteLLM's own two, else one that an agent has for its sessions. */
export function traceIdOf(headers: Headers): string | undefined {
  const own = headers['x-litellm-trace-id'] || headers['x-litellm-session-id']
  return typeof own === 'string' ? own : vendorSession(headers)
}

/** `x-claude-code-session-id`, for one. */
function vendorSession(headers: Headers): string | undefined {
  for (const name in headers) {
    const value = headers[name]
    if (VENDOR_SESSION.test(name) && typeof value === 'string' && SESSION_ID.test(value)) return value
  }
  return undefined
}
